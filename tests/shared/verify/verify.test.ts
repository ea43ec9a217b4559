import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startWebhookSink, type WebhookSink } from "../../../infra/local/webhook-sink.ts"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import { webClient } from "../../../shared/adapters/web/web.ts"
import { webhook } from "../../../shared/adapters/web/webhook.ts"
import type { CheckWorld } from "../../../shared/checks/world.ts"
import type { Store } from "../../../shared/ports/store.ts"
import { Problem } from "../../../shared/problem.ts"
import { keepNotebook } from "../../../shared/verify/notebook.ts"
import { type Asked, type VerifyDesk, verify } from "../../../shared/verify/verify.ts"
import { type Desk, openDesk } from "../../world.ts"

/** A manifest's text that offers something. */
const OFFER = JSON.stringify({
  version: "1.6.1.44",
  build: "1.6.1.44",
  artifact: { url: "https://example.org/App.dmg", size: 1, sha256: "0".repeat(64) },
})

const ASKED: Asked = { checks: ["release", "manifest"], deep: false, reason: "timer" }

let desk: Desk
let sink: WebhookSink
let writes: number
let down: boolean
let clock: Date
let woken: string[]

beforeEach(async () => {
  desk = await openDesk()
  sink = await startWebhookSink()
  writes = 0
  woken = []
  down = false
  clock = new Date("2026-11-22T10:00:00.000Z")
})
afterEach(async () => {
  await sink.close()
  await desk.close()
})

/** A real store whose writes are counted, behind a line that can be cut. */
function watched(store: Store): Store {
  const reach = async () => {
    if (down) throw new Problem("STORAGE_UNREACHABLE", "the line is cut")
    return store
  }
  return {
    get: async (key) => (await reach()).get(key),
    list: async (prefix) => (await reach()).list(prefix),
    tail: async (key, maxBytes) => (await reach()).tail(key, maxBytes),
    put: async (key, text, condition) => {
      writes++
      return (await reach()).put(key, text, condition)
    },
    append: async (key, text, atBytes) => {
      writes++
      return (await reach()).append(key, text, atBytes)
    },
  }
}

async function open(): Promise<VerifyDesk> {
  const { policy, releases, workspace, state } = await desk.makeWorld()
  const log: VerifyDesk["log"] = (_level, message) => void desk.spoken.push(message)
  const world: CheckWorld = {
    policy,
    releases,
    workspace,
    permissions: async () => ({ login: "x", repositories: [] }),
    web: webClient(),
    versionPoints: [],
    deep: false,
    now: () => clock,
  }
  const reports = watched(directoryStore(desk.at("reports")))
  const channels = { webhook: { hook: webhook({ address: async () => sink.url }), format: "json" as const } }
  return {
    world,
    notebook: keepNotebook(reports)(log),
    reports,
    state: watched(state),
    wake: async (tag) => void woken.push(tag),
    channels,
    log,
  }
}

/** Runs five minutes apart. */
async function runs(count: number, at: VerifyDesk): Promise<void> {
  for (let run = 0; run < count; run++) {
    await verify(ASKED, at)
    clock = new Date(clock.getTime() + 300_000)
  }
}

const events = () => sink.received.map((message) => (message as { event: string }).event)

/** VERSION and the manifest disagree: a failure that is really there. */
const spoil = () => desk.github.pushFile("acme/app", "updates/manifest.json", '{"version":"9.9.9.9"}\n', "by hand")
const mend = () => desk.github.pushFile("acme/app", "updates/manifest.json", "", "back")

describe("verify", () => {
  it("writes at most four times a run, also when it speaks up", async () => {
    const at = await open()
    await runs(1, at)
    expect(writes).toBe(2)
    await spoil()
    await runs(1, at)
    writes = 0
    await runs(1, at)
    expect([events(), writes]).toEqual([["opened"], 3])
  })

  it("speaks once though two processes see the same failure at the same time", async () => {
    await spoil()
    const [one, other] = [await open(), await open()]
    await runs(1, one)
    await Promise.all([verify(ASKED, one), verify(ASKED, other), verify(ASKED, await open())])
    expect(events()).toEqual(["opened"])
  })

  it("answers and alerts while the store of the reports is down, and says nothing again when it is back", async () => {
    const at = await open()
    await runs(2, at)
    down = true
    await spoil()
    const { good } = await verify(ASKED, at)
    expect(good).toBe(false)
    await runs(2, at)
    expect(events()).toEqual(["opened"])
    down = false
    await runs(2, at)
    expect(events()).toEqual(["opened"])
    await mend()
    await runs(2, at)
    expect(events()).toEqual(["opened", "closed"])
  })

  it("sends what an hour's outage of the webhook held back, once", async () => {
    const at = await open()
    await spoil()
    sink.respond(503)
    await runs(12, at)
    expect(events()).toEqual([])
    sink.respond(undefined)
    await runs(8, at)
    expect(events()).toEqual(["opened"])
    expect(desk.spoken.join("\n")).not.toContain(sink.url)
  })

  it("keeps a report short, however much there is to say", async () => {
    const at = await open()
    const versionPoints = Array.from({ length: 60 }, (_, index) => ({
      file: `f${index}`,
      format: "text" as const,
      optional: false,
    }))
    const { results } = await verify(
      { ...ASKED, checks: ["versions"] },
      { ...at, world: { ...at.world, versionPoints } },
    )
    expect(JSON.stringify(results).length).toBeLessThan(4000)
    expect(results[0]?.findings.at(-1)?.message).toMatch(/^and \d+ more$/)
  })

  it("looks again in a timer's run at what is in doubt, however rarely that is looked at", async () => {
    const at = await open()
    await spoil()
    await verify({ ...ASKED, checks: ["manifest"] }, at)
    const { results } = await verify({ ...ASKED, checks: ["release"] }, at)
    expect(results.map(({ id }) => id)).toEqual(["release", "manifest"])
    const asked = await verify({ ...ASKED, checks: ["release"], reason: "request" }, at)
    expect(asked.results.map(({ id }) => id)).toEqual(["release"])
  })

  it("looks at the VM's manifest as soon as the update server serves something else", async () => {
    await desk.github.pushFile("acme/app", "updates/manifest.json", OFFER, "by hand")
    const nothing = await open()
    const address = "http://127.0.0.1:9/appcast.xml"
    const endpoints = { health: address, updatesHealth: address, appcast: address }
    const at = { ...nothing, world: { ...nothing.world, endpoints } }
    expect((await verify({ ...ASKED, checks: ["appcast"] }, at)).good).toBe(false)
    const { results } = await verify({ ...ASKED, checks: ["release"] }, at)
    expect(results.map(({ id }) => id)).toEqual(["release", "appcast", "vm-manifest"])
  })
})
