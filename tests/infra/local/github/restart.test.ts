import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startGithub } from "../../../../infra/local/github/index.ts"
import { ask, startLookAlike } from "./look-alike.ts"

const program = fileURLToPath(new URL("run.ts", import.meta.url))
const json = (url: string, method: string, body: unknown) =>
  ask(method, url, { token: "local-token", body: JSON.stringify(body) })

describe("the GitHub look-alike after a kill", () => {
  let directory: string
  let running: ChildProcess | undefined
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-look-alike-"))
  })
  afterEach(async () => {
    await kill()
    await rm(directory, { recursive: true, force: true })
  })

  async function start(): Promise<string> {
    running = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] })
    const [line] = (await once(running.stdout as NodeJS.EventEmitter, "data")) as [Buffer]
    return line.toString().trim()
  }
  async function kill(): Promise<void> {
    const child = running
    running = undefined
    if (child === undefined) return
    const gone = once(child, "exit")
    child.kill("SIGKILL")
    await gone
  }

  it("knows an upload that was cut off as a starter", async () => {
    const url = await start()
    const draft = (await json(`${url}/repos/acme/app/releases`, "POST", { tag_name: "v1", draft: true })).json
    const whole = await ask("POST", draft.upload_url.replace("{?name,label}", "?name=whole"), {
      token: "local-token",
      body: "whole",
    })
    const cut = request(draft.upload_url.replace("{?name,label}", "?name=cut"), {
      method: "POST",
      headers: { authorization: "Bearer local-token", "user-agent": "tests", "content-length": 10_000_000 },
    })
    cut.on("error", () => undefined)
    cut.write(Buffer.alloc(5_000_000))
    const states = async () =>
      (await ask("GET", draft.assets_url, { token: "local-token" })).json.map(
        (one: { name: string; state: string }) => `${one.name} ${one.state}`,
      )
    await expect.poll(states).toEqual(["whole uploaded", "cut starter"])
    await kill()

    const again = await startLookAlike({ directory })
    const [release] = again.github.releases("acme/app")
    expect(release?.assets).toMatchObject([
      { name: "whole", state: "uploaded", digest: whole.json.digest },
      { name: "cut", state: "starter", digest: null },
    ])
    const releases = "/repos/acme/app/releases"
    const { upload_url } = (await again.api("GET", `${releases}/${draft.id}`)).json
    expect((await again.upload({ upload_url }, "cut", { body: "x" })).json.errors[0].code).toBe("already_exists")
    await again.api("DELETE", `${releases}/assets/${release?.assets[1]?.id}`)
    expect((await again.upload({ upload_url }, "cut", { body: "x" })).status).toBe(201)
    await again.close()
  })

  it("has everything it answered for, whole, wherever in the middle of writing it was killed", async () => {
    const promised = { tags: new Set<string>(), texts: new Map<string, string>() }
    for (const answers of [1, 4, 9]) {
      const url = await start()
      let left = answers
      const work = Array.from({ length: 12 }, async (_, index) => {
        const tag = `v${answers}.${index}`
        const path = `dir${index % 3}/${tag}.txt`
        const release = await json(`${url}/repos/acme/app/releases`, "POST", { tag_name: tag })
        if (release.status === 201) promised.tags.add(tag)
        if (--left === 0) void kill()
        const body = { message: tag, content: Buffer.from(tag).toString("base64") }
        if ((await json(`${url}/repos/acme/app/contents/${path}`, "PUT", body)).status === 201)
          promised.texts.set(path, tag)
      })
      await Promise.allSettled(work)
      await kill()
    }
    const github = await startGithub({ directory })
    const releases = github.releases("acme/app")
    expect(promised.tags.size).toBeGreaterThanOrEqual(3)
    expect(releases.map(({ tag }) => tag)).toEqual(expect.arrayContaining([...promised.tags]))
    expect(new Set(releases.map(({ id }) => id)).size).toBe(releases.length)
    for (const [path, text] of promised.texts) expect(await github.readFile("acme/app", path)).toBe(text)
    await github.pushFile("acme/app", "VERSION", "1\n", "still works")
    expect((await github.commits("acme/app")).length).toBeGreaterThan(promised.texts.size)
    await github.close()
  })

  it("writes down only the release that changes, however many there are", async () => {
    const hub = await startLookAlike({ directory })
    for (let index = 0; index < 60; index++) await hub.release(`v${index}`)
    const { id } = await hub.release("last")
    const folder = join(directory, "acme", "app", "releases")
    const versions = async () => {
      const files = await readdir(folder)
      return new Map(
        await Promise.all(files.map(async (file) => [file, (await stat(join(folder, file))).ino] as const)),
      )
    }
    const before = await versions()
    await hub.api("PATCH", `/repos/acme/app/releases/${id}`, { draft: false })
    const after = await versions()
    expect([...after].filter(([file, inode]) => before.get(file) !== inode).map(([file]) => file)).toEqual([
      `${id}.json`,
    ])
    await hub.close()
  })

  it("never gives a number twice", async () => {
    const first = await startLookAlike({ directory })
    const { id } = await first.release("v1")
    await first.api("DELETE", `/repos/acme/app/releases/${id}`)
    await first.close()
    const second = await startLookAlike({ directory })
    expect((await second.release("v1")).id).toBeGreaterThan(id)
    await second.close()
  })
})
