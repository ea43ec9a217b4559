import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type ReleaseRecord, type Report, shipFolder } from "../../shared/app.ts"
import { localStack, sampleFolder, slipway } from "../stack.ts"

const ASSETS = "Seregawpn/Nexy_production"
const WORKSPACE = "Seregawpn/Nexy"
const MANIFEST = "server/updates/manifests/manifest.json"
const TAG = "v1.0.0.1"

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
})
afterAll(() => stack.close())

const call = (path: string) => fetch(`${stack.url}/api/${path}`, { headers: { "x-functions-key": stack.key } })
const verified = async (query = "") => (await (await call(`verify${query}`)).json()) as Report
const record = async () => (await (await call(`releases/${TAG}`)).json()) as Partial<ReleaseRecord>
const events = async () => (await record()).timeline?.map(({ event }) => event) ?? []
const times = async (event: string) => (await events()).filter((each) => each === event).length

/** Asks again until there is an answer; the test's own time limit ends it. */
async function until<T>(look: () => Promise<T>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function parts() {
  const { github, outside } = stack
  if (!github || !outside) throw new Error("the stack has no look-alikes")
  return { github, ...outside }
}

const onServer = () => join(parts().root, "home/azureuser/voice-assistant", MANIFEST)
const committed = async () => (await parts().github.readFile(WORKSPACE, MANIFEST)) ?? ""

/** All that a second time would show. What is downloaded meanwhile, to prove the release, is nobody's second time. */
const done = async () => ({
  releases: parts()
    .github.releases(ASSETS)
    .map(({ assets, ...release }) => ({ ...release, assets: assets.map(({ downloads: _, ...asset }) => asset) })),
  commits: await parts().github.commits(WORKSPACE),
  events: await Promise.all(["sent", "published", "committed"].map(times)),
})

describe("the manifest on the update server", () => {
  it("is brought by the sweep when the VM was off, and nothing before it is done twice", async () => {
    parts().runCommand.setState("stopped")
    await shipFolder(await sampleFolder(stack.state, "drop"), TAG, stack.settings, () => {})
    const failed = async () => [await record()].find(({ phase }) => phase === "failed")
    expect(await until(failed)).toMatchObject({
      problem: { code: "VM_STOPPED", remedy: expect.stringMatching(/start/i) },
      waitingFor: [`${onServer()} on Nexy`],
      release: { url: expect.stringContaining(TAG) },
    })
    expect(parts().github.releases(ASSETS)).toMatchObject([{ tag: TAG, draft: false }])
    expect(JSON.parse(await committed())).toMatchObject({ version: "1.0.0.1" })
    const before = await done()

    // A file that arrived late wakes the release once more: while it tries again, it is not stuck.
    const stuck = async () => [await slipway(["status", TAG, "--state", stack.state])].find(({ code }) => code === 2)
    expect(await until(stuck)).toMatchObject({ stdout: expect.stringContaining("VM_STOPPED") })
    await stack.runTimer("inbox-sweep")

    parts().runCommand.setState("running")
    await stack.runTimer("inbox-sweep")
    await until(async () => (await record()).phase === "complete")
    expect(await readFile(onServer(), "utf8")).toBe(await committed())
    expect(await done()).toEqual(before)
    expect(await times("on the server")).toBe(1)
  })

  it("is put right when it has drifted, and that is told once", async () => {
    await until(async () => (await times("proven")) === 1)
    const text = await committed()
    await writeFile(onServer(), text.replaceAll("1.0.0.1", "0.9.9.9"))
    const found = await verified("?checks=vm-manifest")
    expect(found).toMatchObject({ good: false, results: [{ findings: [{ code: "VM_MANIFEST_DIFFERS" }] }] })

    await until(async () => (await record()).phase === "complete" && (await times("put right")) === 1)
    expect(await readFile(onServer(), "utf8")).toBe(text)
    // Whichever run ends first tells it: one of these, or the one that proves what was put right.
    expect([(await verified()).good, (await verified()).good]).toEqual([true, true])
    expect(await times("put right")).toBe(1)
    const { sink } = parts()
    await until(async () => sink.received.some((message) => JSON.stringify(message).includes("has been put right")))
    expect(sink.received.filter((message) => JSON.stringify(message).includes("has been put right"))).toHaveLength(1)
  })
})
