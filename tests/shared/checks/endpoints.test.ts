import type { RequestListener } from "node:http"
import { describe, expect, it } from "vitest"
import { appcast } from "../../../shared/checks/appcast.ts"
import { health } from "../../../shared/checks/health.ts"
import { updates } from "../../../shared/checks/updates.ts"
import {
  type Around,
  allGone,
  answer,
  closedPort,
  endpointsAt,
  look,
  OFFER,
  oddWebServer,
  pour,
  short,
} from "./odd-web-server.ts"
import { type Answers, appcastOf, BOMB, ERROR, healthy, itemXml, three, updateServer } from "./update-server.ts"

const DAY_MS = 24 * 60 * 60 * 1000

/** How the three checks of an update server end. */
async function lookAt(listener: RequestListener, around: Around = {}) {
  const { url } = await oddWebServer(listener)
  const results = await Promise.all(
    [health, updates, appcast].map((check) => look(check, { endpoints: endpointsAt(url), ...around })),
  )
  return results.map(short)
}

describe("an update server", () => {
  it("that tells the truth passes", async () => {
    expect(await lookAt(updateServer({}))).toEqual(["pass", "pass", "pass"])
  })

  /** Every lie that the predecessor was seen to tell: what it answers, and how the checks end. */
  const lies: [manifest: string, Answers, endings: string[]][] = [
    [
      "is absent, cut off, empty or begins with a byte-order mark",
      { appcast: ERROR },
      ["pass", "pass", "fail APPCAST_INVALID"],
    ],
    [
      "is absent while a beta one is there",
      { updates: healthy("1.7.0.1"), appcast: appcastOf(itemXml({ version: "1.7.0.1" })) },
      ["pass", "fail ENDPOINT_OUTDATED", "fail APPCAST_DIFFERS APPCAST_DIFFERS"],
    ],
    ["has an http address, a feed's, or no artifact", { appcast: ERROR }, ["pass", "pass", "fail APPCAST_INVALID"]],
    [
      "has the build 1001",
      {
        updates: healthy(OFFER.version, "1001"),
        appcast: appcastOf(itemXml({ version: "1001", shortVersion: OFFER.version })),
      },
      ["pass", "fail ENDPOINT_OUTDATED", "fail APPCAST_DIFFERS"],
    ],
    [
      "has an & in its address",
      { appcast: appcastOf(itemXml({ url: `${OFFER.url}?a=1&b=2` })) },
      ["pass", "pass", "fail APPCAST_INVALID"],
    ],
    [
      "is the one before",
      {
        health: healthy("1.6.1.43"),
        updates: healthy("1.6.1.43"),
        appcast: appcastOf(itemXml({ version: "1.6.1.43" })),
      },
      ["fail ENDPOINT_OUTDATED", "fail ENDPOINT_OUTDATED", "fail APPCAST_DIFFERS APPCAST_DIFFERS"],
    ],
    [
      "has another size",
      { appcast: appcastOf(itemXml({ length: "275899821" })) },
      ["pass", "pass", "fail APPCAST_DIFFERS"],
    ],
  ]
  it.each(lies)("whose manifest %s is found out", async (_manifest, answers, endings) => {
    expect(await lookAt(updateServer(answers))).toEqual(endings)
  })

  it.each<[string, RequestListener, string[]]>([
    ["answers 502 with a page", answer(502, "<html><h1>502 Bad Gateway</h1></html>"), three("ENDPOINT_UNHEALTHY")],
    ["answers 200 with a page", answer(200, "<html>Welcome</html>"), three("ENDPOINT_UNHEALTHY", "APPCAST_INVALID")],
    ["answers 404", answer(404, "Not Found"), three("ENDPOINT_UNHEALTHY", "APPCAST_INVALID")],
    ["answers half", half, three("ENDPOINT_UNREACHABLE")],
    ["breaks off", ({ socket }) => socket.resetAndDestroy(), three("ENDPOINT_UNREACHABLE")],
    [
      "redirects in a circle",
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
      three("REDIRECT_REFUSED"),
    ],
    ["sends an entity bomb", answer(200, BOMB), three("ENDPOINT_UNHEALTHY", "APPCAST_INVALID")],
  ])("that %s is found out", async (_what, listener, endings) => {
    expect(await lookAt(listener)).toEqual(endings)
  })

  it("that is not there is found out", async () => {
    const endpoints = endpointsAt(`http://127.0.0.1:${await closedPort()}`)
    const results = await Promise.all([health, updates, appcast].map((check) => look(check, { endpoints })))
    expect(results.map(short)).toEqual(three("ENDPOINT_UNREACHABLE"))
    expect(results.map(({ tries }) => tries)).toEqual([3, 3, 3])
  })

  it("that is slow to come back passes after some tries", async () => {
    let asked = 0
    const { url } = await oddWebServer((request, response) =>
      (++asked < 3 ? answer(502, "") : healthy())(request, response),
    )
    expect(await look(health, { endpoints: endpointsAt(url) })).toMatchObject({ outcome: "pass", tries: 3 })
  })

  it.each<[string, RequestListener]>([
    ["hangs", () => {}],
    ["trickles", trickle],
  ])("that %s is not waited for, nor kept in conversation", async (_what, listener) => {
    const server = await oddWebServer(listener)
    const endpoints = endpointsAt(server.url)
    for (const check of [health, updates, appcast])
      expect(short(await look({ ...check, timeoutMs: 300, tries: 1 }, { endpoints }))).toBe("fail CHECK_TIMEOUT")
    await allGone(server)
  })

  it("that sends 100 MB is cut short", async () => {
    const server = await oddWebServer((_request, response) => void pour(response, Buffer.alloc(100_000, " "), 1000))
    const endpoints = endpointsAt(server.url)
    for (const check of [health, updates, appcast])
      expect(short(await look({ ...check, tries: 1 }, { endpoints }))).toBe("fail ANSWER_TOO_LARGE")
    await allGone(server)
    for (const { bytesWritten } of server.sockets) expect(bytesWritten).toBeLessThan(20_000_000)
  })

  it.each([-2, 2])("is judged the same by a clock that is %i days off", async (days) => {
    const now = () => new Date(Date.now() + days * DAY_MS)
    expect(await lookAt(updateServer({}), { now })).toEqual(["pass", "pass", "pass"])
  })

  it("is judged by its answers alone while nothing is offered, and with a warning while nobody can say what is", async () => {
    expect(await lookAt(updateServer({}), { manifest: undefined })).toEqual(["pass", "pass", "skip"])
    const warned = "warn MANIFEST_DIFFERS"
    expect(await lookAt(updateServer({}), { manifest: "{" })).toEqual([warned, warned, warned])
  })

  it("is not looked for when the configuration names none", async () => {
    for (const check of [health, updates, appcast]) {
      const result = await look(check, {})
      expect(result).toMatchObject({ outcome: "skip", findings: [{ message: "no endpoints are configured" }] })
    }
  })
})

function half({ socket }: Parameters<RequestListener>[0]): void {
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"status": "OK"')
}

/** A byte now and then, for ever. */
function trickle(_request: unknown, response: Parameters<RequestListener>[1]): void {
  const timer = setInterval(() => response.write(" "), 20)
  response.on("close", () => clearInterval(timer))
}
