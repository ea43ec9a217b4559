import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startWebhookSink, type WebhookSink } from "../../../infra/local/webhook-sink.ts"
import { githubIncidents } from "../../../shared/adapters/github/incidents.ts"
import { webhook } from "../../../shared/adapters/web/webhook.ts"
import { claim, nextAlert, settle } from "../../../shared/alerts/alert.ts"
import { deliver } from "../../../shared/alerts/deliver.ts"
import { FORMATS, type WebhookFormat } from "../../../shared/alerts/formats.ts"
import { composeHealed } from "../../../shared/alerts/message.ts"
import { bounded } from "../../../shared/alerts/outbox.ts"
import { parseAlertState } from "../../../shared/alerts/parse-state.ts"
import type { AlertState, ChannelName } from "../../../shared/alerts/state.ts"
import { start } from "../adapters/github/start.ts"
import { result, standing } from "../report/views.ts"
import { at } from "./runs.ts"

const CODE = "acme/code"
const BOTH: ChannelName[] = ["webhook", "issue"]
const HEALED = { tag: "v1.6.1.44", at: "2026-11-22T10:30:00.000Z" }
const bad = standing({ health: result("health", { outcome: "fail", code: "ENDPOINT_UNHEALTHY", remedy: "Look." }) })

const healedAgain = (minute: number) => ({ ...HEALED, at: `2026-11-22T10:${minute}:00.000Z` })
const said = ({ outbox }: AlertState) => outbox.map(({ channel, message }) => `${channel} ${message.kind}`)

describe("a manifest that was put right", () => {
  it("is told to every channel, beside whatever else is to be told", () => {
    const quiet = nextAlert({ outbox: [] }, standing(), at(0), BOTH, HEALED)
    expect(said(quiet)).toEqual(["webhook healed", "issue healed"])
    expect(said(nextAlert({ outbox: [] }, bad, at(0), ["webhook"], HEALED))).toEqual([
      "webhook opened",
      "webhook healed",
    ])
    expect(said(nextAlert(quiet, standing(), at(1), BOTH))).toEqual(said(quiet))
  })

  it("is remembered until it was told", () => {
    const state = nextAlert({ outbox: [] }, standing(), at(0), BOTH, HEALED)
    expect(parseAlertState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  it.each<WebhookFormat>(["slack", "teams", "discord", "json"])("reads well in %s", (format) => {
    const text = JSON.stringify(FORMATS[format](composeHealed(HEALED, "Nexy")))
    expect(text.replaceAll("\\", "")).toContain(
      "Nexy 1.6.1.44: the manifest on the update server was not the workspace's",
    )
  })

  it("gives way to a later one where nobody can be told for long", () => {
    const state = Array.from({ length: 30 }, (_, minute) => healedAgain(minute + 10)).reduce(
      (before, healed) => nextAlert(before, standing(), at(0), ["webhook"], healed),
      { outbox: [] } as AlertState,
    )
    expect(state.outbox).toHaveLength(20)
    expect(bounded(state.outbox).at(-1)?.message.at).toBe(healedAgain(39).at)
  })
})

describe("deliver", () => {
  let sink: WebhookSink
  let world: Awaited<ReturnType<typeof start>>
  beforeEach(async () => {
    sink = await startWebhookSink()
    world = await start()
    await world.github.createRepository(CODE, { files: { "README.md": "Code.\n" } })
  })
  afterEach(async () => {
    await sink.close()
    await world.close()
  })

  /** One run: everything it knows afterwards. */
  async function run(before: AlertState, index: number, seen: ReturnType<typeof standing>, healed?: typeof HEALED) {
    const hook = webhook({ address: async () => sink.url })
    const incidents = githubIncidents(await world.connect({ retries: 0 }), CODE)
    const { state, claimed } = claim(nextAlert(before, seen, at(index), BOTH, healed), at(index))
    const channels = { webhook: { hook, format: "json" as const }, incidents }
    const outcomes = await deliver(claimed, channels, state.issue, new AbortController().signal)
    return settle(state, claimed, outcomes, at(index))
  }

  it("opens an issue that only tells and closes it, and goes on with the open alert's own", async () => {
    const opened = await run({ outbox: [] }, 0, bad)
    const healed = await run(opened, 1, bad, HEALED)
    const closed = await run(healed, 2, standing())
    expect(closed.outbox).toEqual([])
    expect(sink.received.map((each) => (each as { event: string }).event)).toEqual(["opened", "healed", "closed"])
    const issues = world.github.issues(CODE)
    expect(issues.map(({ state, comments }) => [state, comments.length])).toEqual([
      ["closed", 1],
      ["closed", 0],
    ])
    expect(issues[1]?.body).toContain("this issue only tells")
  })
})
