import { type ChildProcess, fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { copyFile, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { follow } from "../../cli/follow.ts"
import { buildApp } from "../../infra/build.ts"
import { startEvents } from "../../infra/local/events/events.ts"
import { type Github, startGithub } from "../../infra/local/github/index.ts"
import { startOutside } from "../../infra/local/outside.ts"
import { afterReleaseRun, prove } from "../../infra/local/prove.ts"
import { sampleWorkspace } from "../../infra/local/sample/workspace.ts"
import { startStorage } from "../../infra/local/storage/storage.ts"
import { packagesOf } from "../../infra/notices.ts"
import { readConfiguration, shipFolder } from "../../shared/app.ts"
import { CONTAINERS, QUEUES } from "../../shared/ports/names.ts"
import { sampleFolder, temporaryFolder } from "../stack.ts"

/** Those that let us deploy their code with nothing more than telling of them. */
const PERMISSIVE = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"])

describe("the package", () => {
  const stoppers: (() => Promise<unknown>)[] = []
  let folder = ""
  let app = ""
  let sources: string[] = []

  beforeAll(async () => {
    const temporary = await temporaryFolder()
    stoppers.push(temporary.remove)
    folder = temporary.folder
    app = join(folder, "app")
    sources = await buildApp(app)
  })
  afterAll(async () => {
    for (const stop of stoppers.splice(0).reverse()) await stop()
  })

  it("holds the app and nothing else", async () => {
    expect((await readdir(app)).toSorted()).toEqual(
      [
        "LICENSE",
        "THIRD-PARTY-NOTICES.txt",
        "functions",
        "host.json",
        "package.json",
        "slipway.config.json",
      ].toSorted(),
    )
    const manifest = JSON.parse(await readFile(join(app, "package.json"), "utf8"))
    expect(manifest).toMatchObject({ type: "module", main: "functions/index.js" })
    expect(manifest).not.toHaveProperty("dependencies")
    expect(manifest).not.toHaveProperty("scripts")
  })

  it("is made of no test's or local stack's sources, and of no package whose license is not told", async () => {
    const own = sources.filter((path) => !path.includes("node_modules/"))
    expect(own.length).toBeGreaterThan(100)
    expect(own.filter((path) => !/^(?:functions|shared)\//.test(path))).toEqual([])
    const packages = await packagesOf(sources, ".")
    const notices = await readFile(join(app, "THIRD-PARTY-NOTICES.txt"), "utf8")
    expect(packages.filter(({ name, version }) => !notices.includes(`\n${name} ${version} (`))).toEqual([])
    expect(packages.filter(({ license }) => !PERMISSIVE.has(license))).toEqual([])
  })

  it("can be loaded to its last file", async () => {
    const chunks = (await readdir(join(app, "functions/chunks"))).filter((file) => file.endsWith(".js"))
    const program = chunks.map((file) => `await import("./functions/chunks/${file}")`).join("\n")
    const node = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: app, encoding: "utf8" })
    expect([node.status, node.stderr]).toEqual([0, ""])
    expect(chunks.length).toBeGreaterThan(50)
  })

  it("lives, releases, proves, changes the version and shows it all from an empty folder", async () => {
    const { github, storage, url, loaded } = await start()
    const health = await fetch(`${url}/api/health`)
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}'])
    // No SDK: what @azure/functions itself needs, and the map it comes with does not name it.
    expect(await packagesIn(await loaded())).toEqual(["cookie"])

    const { config } = await readConfiguration({ storage: false, github: false })
    const found = { url, key: "key", settings: { AzureWebJobsStorage: storage } }
    const uploaded = await shipFolder(await sampleFolder(folder, "v1.0.0.1"), undefined, found.settings, () => {})
    expect(await follow(found, uploaded, () => {})).toMatchObject({ tag: "v1.0.0.1", phase: "complete" })
    expect(github.releases(config.assets.repository)).toMatchObject([{ tag: "v1.0.0.1", draft: false }])
    expect(await packagesIn(await loaded())).toContain("@azure/storage-blob")

    await afterReleaseRun(found, "v1.0.0.1")
    const { good, lines } = await prove(found)
    // The look-alike of the update server is reached without encryption, and so has no certificate.
    expect([good, lines.at(-1)]).toEqual([true, "Good: Nexy 1.0.0.1, 13 checks pass, 1 skipped"])
    const change = await call("version", { method: "PUT", body: '{"version":"1.0.0.2","dryRun":true}' })
    expect(await change.json()).toMatchObject({ from: "1.0.0.1", version: "1.0.0.2" })
    for (const path of ["releases", "reports/latest.html", "reports/latest.md", "badge.svg", "metrics"])
      expect([path, (await call(path)).status]).toEqual([path, 200])

    function call(path: string, init: RequestInit = {}): Promise<Response> {
      return fetch(`${url}/api/${path}`, { ...init, headers: { "x-functions-key": "key" } })
    }
  })

  /** Whose code is in files of the app, by their source maps. */
  async function packagesIn(files: string[]): Promise<string[]> {
    const maps = await Promise.all(files.map((file) => readFile(join(app, `${file}.map`), "utf8")))
    const paths = maps.flatMap((map) => JSON.parse(map).sources as string[])
    return [
      ...new Set(paths.flatMap((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [])),
    ].toSorted()
  }

  async function start() {
    const storage = await startStorage({ directory: join(folder, "storage") })
    stoppers.push(storage.close)
    const github = await repositories()
    const { connectionString } = storage
    const { SLIPWAY_CONFIG = "", ...vm } = await server(github)
    await copyFile(SLIPWAY_CONFIG, join(app, "slipway.config.json"))
    const events = await startEvents({ connectionString, container: CONTAINERS.inbox, queue: QUEUES.events })
    stoppers.push(events.close)
    const running = fork(join(import.meta.dirname, "run-package.ts"), ["key", connectionString], {
      cwd: app,
      execArgv: [],
      env: { AzureWebJobsStorage: connectionString, GITHUB_API_URL: github.url, GITHUB_TOKEN: "local-token", ...vm },
    })
    stoppers.push(() => stopped(running))
    const told = async () => (await once(running, "message"))[0]
    const url: string = await told()
    const loaded = async (): Promise<string[]> => {
      running.send("loaded")
      return told()
    }
    return { github, storage: connectionString, url, loaded }
  }

  /** The settings that lead to a VM, and to the configuration that names it. */
  async function server(github: Github): Promise<{ [name: string]: string }> {
    const { config } = await readConfiguration({ storage: false, github: false })
    const outside = await startOutside(config, join(folder, "outside"))
    stoppers.push(outside.close)
    await outside.deploy(github)
    return outside.settings
  }

  async function repositories(): Promise<Github> {
    const { config } = await readConfiguration({ storage: false, github: false })
    const github = await startGithub({ directory: join(folder, "github") })
    stoppers.push(github.close)
    await github.createRepository(config.assets.repository, {
      immutableReleases: true,
      files: { "README.md": "Releases\n" },
    })
    await github.createRepository(config.workspace.repository, {
      files: sampleWorkspace(config.workspace.version, "1.0.0.1"),
    })
    return github
  }
})

async function stopped(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
}
