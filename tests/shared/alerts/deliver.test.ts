import { inspect } from "node:util"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startWebhookSink, type WebhookSink } from "../../../infra/local/webhook-sink.ts"
import { githubIncidents } from "../../../shared/adapters/github/incidents.ts"
import { webhook } from "../../../shared/adapters/web/webhook.ts"
import { claim, nextAlert, settle } from "../../../shared/alerts/alert.ts"
import { type Channels, deliver } from "../../../shared/alerts/deliver.ts"
import type { AlertState, ChannelName } from "../../../shared/alerts/state.ts"
import { start } from "../adapters/github/start.ts"
import { result, standing } from "../report/views.ts"
import { at } from "./runs.ts"

const HOOK = "CANARY-in-the-address"
const TOKEN = "CANARY-token"
const CODE = "acme/code"
const BOTH: ChannelName[] = ["webhook", "issue"]

let sink: WebhookSink
let world: Awaited<ReturnType<typeof start>>
beforeEach(async () => {
  sink = await startWebhookSink()
  world = await start({ tokens: { [TOKEN]: "write" } })
  await world.github.createRepository(CODE, { files: { "README.md": "Code.\n" } })
})
afterEach(async () => {
  await sink.close()
  await world.close()
})

async function channels(): Promise<Channels> {
  const client = await world.connect({ retries: 0, auth: { token: () => TOKEN } })
  const hook = webhook({ address: async () => `${sink.url}/?sig=${HOOK}`, timeoutMs: 300 })
  return { webhook: { hook, format: "json" }, incidents: githubIncidents(client, CODE) }
}

const bad = standing({ health: result("health", { outcome: "fail", code: "ENDPOINT_UNHEALTHY", remedy: "Look." }) })
const good = standing()

/** One run: everything it knows afterwards. */
async function run(before: AlertState, index: number, seen = bad, signal = new AbortController().signal) {
  const { state, claimed } = claim(nextAlert(before, seen, at(index), BOTH), at(index))
  const outcomes = await deliver(claimed, await channels(), state.issue, signal)
  return { outcomes, state: settle(state, claimed, outcomes, at(index)) }
}

const opened = { event: "opened" }
const events = () => sink.received.map((each) => (each as { event: string }).event)

describe("deliver", () => {
  it("tells a webhook and an issue, and both that it is over", async () => {
    const first = await run({ outbox: [] }, 0)
    const last = await run(first.state, 1, good)
    expect(last.state.outbox).toEqual([])
    expect(events()).toEqual(["opened", "closed"])
    expect(world.github.issues(CODE)).toMatchObject([{ state: "closed", comments: [{}] }])
  })

  it.each([503, 404, "hang", "reset"] as const)(
    "says to the issue what the webhook does not take: %s",
    async (fault) => {
      sink.respond(fault)
      const { outcomes, state } = await run({ outbox: [] }, 0)
      expect(outcomes).toMatchObject([
        { channel: "webhook", problem: { code: "WEBHOOK_REFUSED" } },
        { channel: "issue" },
      ])
      expect(world.github.issues(CODE)).toHaveLength(1)
      expect(state.outbox.map(({ channel }) => channel)).toEqual(["webhook"])
      sink.respond(undefined)
      expect((await run(state, 1)).state.outbox).toEqual([])
      expect(sink.received).toMatchObject([opened])
    },
  )

  it("says to the webhook what GitHub does not take, and the issue's once it does", async () => {
    world.github.setIntercept(() => ({ kind: "status", status: 503 }))
    const { outcomes, state } = await run({ outbox: [] }, 0)
    expect(outcomes).toMatchObject([{ channel: "webhook" }, { channel: "issue", problem: { code: "GITHUB_FAILED" } }])
    expect(sink.received).toMatchObject([opened])
    world.github.setIntercept(undefined)
    expect((await run(state, 1)).state.outbox).toEqual([])
    expect(events()).toEqual(["opened"])
    expect(world.github.issues(CODE)).toHaveLength(1)
  })

  it("opens one issue although the state was never written after the first was opened", async () => {
    const entered = claim(nextAlert({ outbox: [] }, bad, at(0), BOTH), at(0))
    await deliver(entered.claimed, await channels(), undefined, new AbortController().signal)
    const later = await run(entered.state, 1)
    expect(later.state.outbox).toEqual([])
    expect(world.github.issues(CODE)).toHaveLength(1)
    // The webhook has no such memory: it is told again, under the same id.
    expect(new Set(sink.received.map((each) => (each as { id: string }).id)).size).toBe(1)
  })

  it("begins nothing after its time is over", async () => {
    const { outcomes, state } = await run({ outbox: [] }, 0, bad, AbortSignal.abort())
    expect(outcomes).toEqual([])
    expect(state.outbox.map(({ attempts }) => attempts)).toEqual([0, 0])
    expect([sink.attempts(), world.github.issues(CODE)]).toEqual([0, []])
    expect((await run(state, 1)).state.outbox).toEqual([])
  })

  it.each([503, "hang", "reset"] as const)("puts no secret into what is stored, sent or logged: %s", async (fault) => {
    sink.respond(fault)
    world.github.setIntercept(({ operation }) =>
      operation === "issues/create" ? { kind: "status", status: 403 } : undefined,
    )
    const { outcomes, state } = await run({ outbox: [] }, 0)
    expect(outcomes.every(({ problem }) => problem)).toBe(true)
    world.github.setIntercept(undefined)
    sink.respond(undefined)
    await run(state, 1)
    const everything = inspect([outcomes, outcomes.map(({ problem }) => problem?.stack), state], { depth: null })
    for (const canary of [HOOK, TOKEN]) {
      expect(everything).not.toContain(canary)
      expect(JSON.stringify([state, sink.received, world.github.issues(CODE)])).not.toContain(canary)
    }
  })
})
