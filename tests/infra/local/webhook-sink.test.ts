import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startWebhookSink, type WebhookSink } from "../../../infra/local/webhook-sink.ts"

describe("the webhook sink", () => {
  let sink: WebhookSink
  beforeEach(async () => {
    sink = await startWebhookSink()
  })
  afterEach(() => sink.close())

  const post = (body: string, path = "/") => fetch(sink.url + path, { method: "POST", body })

  it("takes every message, and shows them", async () => {
    const answer = await post('{"text":"down"}')
    expect([answer.status, await answer.text()]).toEqual([200, "ok"])
    await post('{"text":"up — again"}', "/services/T0/B0")
    expect(sink.received).toEqual([{ text: "down" }, { text: "up — again" }])
    const shown = await fetch(sink.url)
    expect(shown.headers.get("content-type")).toContain("application/json")
    expect(await shown.json()).toEqual(sink.received)
  })

  it("takes nothing while it answers with a failure, and counts what was sent", async () => {
    sink.respond(503)
    expect((await post("{}")).status).toBe(503)
    sink.respond(204)
    expect((await post("{}")).status).toBe(204)
    sink.respond(undefined)
    expect((await post('"third"')).status).toBe(200)
    expect(sink.received).toEqual([{}, "third"])
    expect(sink.attempts()).toBe(3)
  })

  it("refuses what is not JSON, and what is not posted", async () => {
    expect((await post("text=down")).status).toBe(400)
    expect((await fetch(sink.url, { method: "PUT", body: "{}" })).status).toBe(405)
    expect(sink.received).toEqual([])
  })

  it("breaks the connection", async () => {
    sink.respond("reset")
    await expect(post("{}")).rejects.toThrow()
    expect(sink.received).toEqual([])
  })

  it("hangs, and still closes", async () => {
    sink.respond("hang")
    const failed = expect(post("{}")).rejects.toThrow()
    await expect.poll(() => sink.attempts()).toBe(1)
    await sink.close()
    await failed
    sink = await startWebhookSink()
  })
})
