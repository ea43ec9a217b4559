import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { ProblemCode } from "../../../shared/problem.ts"
import { digestOf } from "../../../shared/release/digest.ts"
import { noteDrift } from "../../../shared/release/drift.ts"
import { dryRun } from "../../../shared/release/reconcile.ts"
import { openRecord } from "../../../shared/release/record.ts"
import { unfinished } from "../../../shared/release/sweep.ts"
import { whileHeld } from "../../../shared/vm/one-at-a-time.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, MANIFEST, openDesk, WORKSPACE } from "../../world.ts"
import { memoryLeases } from "../vm/memory-leases.ts"
import { shelf } from "./shelf.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

describe("the manifest on the update server", () => {
  let desk: Desk
  let server: ReturnType<typeof shelf>
  beforeEach(async () => {
    desk = await openDesk()
    server = shelf(desk.at("vm", "manifest.json"))
    await desk.dropAll(TAG, files)
  })
  afterEach(() => desk.close())

  const world = () => desk.makeWorld({ server })
  const run = async (request: { tag?: string } = { tag: TAG }) => desk.run(request, await world())
  const offered = () => desk.github.readFile(WORKSPACE, MANIFEST)
  const events = async () => (await desk.record(TAG)).timeline.map(({ event }) => event)

  /** Somebody else's manifest lies there, and a check has found it. */
  async function drift(text: string) {
    await server.overwrite(text)
    const book = await openRecord((await world()).state, TAG)
    const at = new Date("2026-11-22T10:30:00Z")
    expect(noteDrift(book.record, "the manifest is another", at, at)).toBe(true)
    await book.save()
  }

  it("is the workspace's, byte for byte, after the commit and before the archive", async () => {
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toBe(await offered())
    const { vm, timeline } = await desk.record(TAG)
    expect(vm).toEqual({ digest: digestOf((await offered()) ?? "") })
    const order = timeline
      .map(({ event }) => event)
      .filter((event) => /^(committed|on the server|archived)$/.test(event))
    expect(order).toEqual(["committed", "on the server", "archived", "archived", "archived"])
  })

  it("is not even looked at again when it is known to be there", async () => {
    await run()
    server.off = "INTERNAL"
    expect(await run()).toEqual({ status: "complete" })
    expect(server.writes).toBe(1)
  })

  it("is put there once more when Slipway has forgotten it, and found to be there", async () => {
    await run()
    await desk.forgetState()
    await desk.dropAll(TAG, files)
    expect(await run()).toEqual({ status: "complete" })
    expect(server.writes).toBe(1)
  })

  it.each<ProblemCode>(["VM_STOPPED", "VM_BUSY", "VM_SILENT", "SUBSCRIPTION_READ_ONLY", "AZURE_UNREACHABLE"])(
    "blocks nothing before it when the VM says %s, and is left to the sweep",
    async (code) => {
      server.off = code
      expect(await run()).toMatchObject({ status: "failed", problem: { code } })
      const manifest = await offered()
      expect(JSON.parse(manifest ?? "{}")).toMatchObject({ version: "1.6.1.44" })
      expect(desk.github.releases(ASSETS)).toMatchObject([{ tag: TAG, draft: false }])
      expect(await desk.record(TAG)).toMatchObject({ phase: "failed", waitingFor: [server.name], problem: { code } })
      expect(await unfinished(await world())).toEqual([TAG])

      const commits = await desk.github.commits(WORKSPACE)
      server.off = undefined
      expect(await run()).toEqual({ status: "complete" })
      expect(await server.text()).toBe(manifest)
      expect(await desk.github.commits(WORKSPACE)).toEqual(commits)
      expect((await events()).filter((event) => event === "published" || event === "committed")).toHaveLength(2)
      expect(await desk.ledger()).toHaveLength(1)
      expect(await desk.record(TAG)).not.toHaveProperty("waitingFor")
      expect(await unfinished(await world())).toEqual([])
    },
  )

  it("is left to the sweep when the turn on the VM is lost, for the release is still this run's", async () => {
    const leases = memoryLeases()
    const turn = { name: "Nexy", run: async () => ({ stdout: "", stderr: "" }) }
    const work = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason))
        leases.lose("vm/Nexy")
      })
    const place = { ...server, put: async () => whileHeld(turn, leases, new AbortController().signal, work) }
    const ending = await desk.run({ tag: TAG }, await desk.makeWorld({ server: place }))
    expect(ending).toMatchObject({ status: "failed", problem: { code: "VM_BUSY" } })
    expect(await desk.record(TAG)).toMatchObject({ phase: "failed", waitingFor: [server.name] })
    expect(await run()).toEqual({ status: "complete" })
  })

  it("needs a person where the VM may not be used", async () => {
    server.off = "VM_FORBIDDEN"
    expect(await run()).toMatchObject({ status: "blocked", problem: { code: "VM_FORBIDDEN" } })
    expect(await unfinished(await world())).toEqual([TAG])
  })

  it("is put right by the next run when another was found there, with nothing else done again", async () => {
    await run()
    const before = await desk.outside()
    await drift('{ "version": "6.6.6.6" }\n')
    expect(await unfinished(await world())).toEqual([TAG])
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toBe(await offered())
    expect(await desk.outside()).toEqual(before)
    expect((await events()).slice(-3)).toEqual(["drifted", "put right", "complete"])
    expect(await desk.ledger()).toHaveLength(1)
  })

  it("is the one that the workspace offers at the moment of writing", async () => {
    server.held = async () => {
      server.held = async () => {}
      const { workspace } = await world()
      const { head } = await workspace.read([])
      const text = `${(await offered())?.replace('"critical": false', '"critical": true')}`
      await workspace.commit({ head, message: "it matters", files: new Map([[MANIFEST, text]]) })
    }
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toContain('"critical": true')
    expect(server.writes).toBe(1)
  })

  it("follows a manifest that was changed in the workspace by hand: nobody has written on the server", async () => {
    await run()
    const text = `${(await offered())?.replace('"critical": false', '"critical": true')}`
    await desk.github.pushFile(WORKSPACE, MANIFEST, text, "it matters")
    await drift((await server.text()) ?? "")
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toBe(text)
    expect((await events()).slice(-3)).toEqual(["drifted", "on the server", "complete"])
  })

  it("is never that of an older release", async () => {
    await run()
    await server.overwrite("the manifest of a newer release\n")
    const { workspace } = await world()
    const { head } = await workspace.read([])
    const text = `${(await offered())?.replaceAll("1.6.1.44", "1.6.1.45")}`
    await workspace.commit({ head, message: "newer", files: new Map([[MANIFEST, text]]) })
    await desk.forgetState()
    await desk.dropAll(TAG, files)
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toBe("the manifest of a newer release\n")
  })

  it("goes there for a release that somebody else has made and offered, but nothing else is done", async () => {
    await run()
    await desk.forgetState()
    await server.overwrite("{}\n")
    const before = await desk.outside()
    expect(await run()).toEqual({ status: "complete" })
    expect(await server.text()).toBe(await offered())
    expect(await desk.outside()).toEqual(before)
  })

  it("is part of the plan, and a dry run leaves the place alone", async () => {
    server.held = () => expect.fail("a dry run writes nothing")
    const { steps } = await dryRun({ tag: TAG }, await world(), new AbortController().signal)
    const kinds = steps.map(({ kind }) => kind)
    expect(kinds.slice(kinds.indexOf("publish"))).toEqual([
      "publish",
      "commit-manifest",
      "deliver-manifest",
      "archive",
      "archive",
      "archive",
      "complete",
    ])
    expect(await server.text()).toBeUndefined()
  })
})

describe("drift", () => {
  it("is not noted while the release is at work: its own run sees to the manifest", async () => {
    const desk = await openDesk()
    try {
      const { record } = await openRecord((await desk.makeWorld()).state, TAG)
      expect(noteDrift(record, "another", new Date(), new Date())).toBe(false)
      expect(record).toEqual({ tag: TAG, phase: "waiting", artifacts: [], timeline: [] })
    } finally {
      await desk.close()
    }
  })
})
