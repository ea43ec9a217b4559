import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { copyFile, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { follow } from "../../cli/follow.ts"
import { buildApp } from "../../infra/build.ts"
import { startEvents } from "../../infra/local/events/events.ts"
import { type Github, startGithub } from "../../infra/local/github/index.ts"
import { startOutside } from "../../infra/local/outside.ts"
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

  it("releases from an empty folder, and loads no SDK to say that it lives", async () => {
    const { github, storage, running, url, loaded } = await start()
    const health = await fetch(`${url}/api/health`)
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}'])
    const needed = await loaded()
    // What @azure/functions itself needs; the map it comes with does not name it.
    expect(await packagesIn(needed)).toEqual(["cookie"])

    const { config } = await readConfiguration({ storage: false, github: false })
    const settings = { AzureWebJobsStorage: storage }
    const uploaded = await shipFolder(await sampleFolder(folder, "v1.0.0.1"), undefined, settings, () => {})
    const record = await follow({ url, key: "key", settings }, uploaded, () => {})
    expect(record).toMatchObject({ tag: "v1.0.0.1", phase: "complete" })
    expect(github.releases(config.assets.repository)).toMatchObject([{ tag: "v1.0.0.1", draft: false }])
    expect(await packagesIn(await loaded())).toContain("@azure/storage-blob")
    expect(running.exitCode).toBe(null)
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
    const { SLIPWAY_CONFIG = "", ...vm } = await server()
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
    return { github, storage: connectionString, running, url, loaded }
  }

  /** The settings that lead to a VM, and to the configuration that names it. */
  async function server(): Promise<{ [name: string]: string }> {
    const { config } = await readConfiguration({ storage: false, github: false })
    const { settings, close } = await startOutside(config, join(folder, "outside"))
    stoppers.push(close)
    return settings
  }

  async function repositories(): Promise<Github> {
    const { config } = await readConfiguration({ storage: false, github: false })
    const github = await startGithub({ directory: join(folder, "github") })
    stoppers.push(github.close)
    await github.createRepository(config.assets.repository, { files: { "README.md": "Releases\n" } })
    await github.createRepository(config.workspace.repository, { files: { [config.workspace.version]: "1.0.0.1\n" } })
    return github
  }
})

async function stopped(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
}
