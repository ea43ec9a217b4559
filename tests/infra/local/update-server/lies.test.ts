import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { get, type IncomingMessage } from "node:http"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { manifestText, startVm, URL_OF_143, type Vm } from "./start.ts"

const PATHS = ["/health", "/updates/health", "/updates/appcast.xml"] as const

/** What an answer must be: the truth, with these texts replaced, or another status with this text in it. */
type Expected =
  | "true"
  | { replaced: [from: string, to: string][] }
  | { status: number; text: string; location?: string }

const OLDER = { replaced: [["1.6.1.43", "1.6.1.42"]] } satisfies Expected
const BETA = { replaced: [["1.6.1.43", "1.6.1.44"]] } satisfies Expected
const NO_APPCAST: Expected = { status: 500, text: "Error generating AppCast XML" }
const change = (from: string, to: string): Expected => ({ replaced: [[from, to]] })
const same = (expected: Expected): Rows => [expected, expected, expected]
type Rows = [health: Expected, updates: Expected, appcast: Expected]

const silentlyBroken: Rows = ["true", "true", NO_APPCAST]
const ANSWERS: { readonly [lie: string]: Rows } = {
  "manifest-absent": silentlyBroken,
  "manifest-truncated": silentlyBroken,
  "manifest-empty": silentlyBroken,
  "manifest-bom": silentlyBroken,
  "beta-as-stable": same(BETA),
  "http-url": silentlyBroken,
  "feed-url": silentlyBroken,
  "artifact-null": silentlyBroken,
  "build-1001": [
    change('"latest_build": "1.6.1.43"', '"latest_build": "1001"'),
    change('"latest_build": "1.6.1.43"', '"latest_build": "1001"'),
    change('sparkle:version="1.6.1.43"', 'sparkle:version="1001"'),
  ],
  "ampersand-url": ["true", "true", change(URL_OF_143, `${URL_OF_143}?channel=stable&arch=universal2`)],
  "old-url": ["true", "true", change("/v1.6.1.43/", "/v1.6.1.42/")],
  "wrong-length": ["true", "true", change("275899820", "275899819")],
  "not-restarted": same(OLDER),
  "health-not-restarted": [OLDER, "true", "true"],
  "staging-shows-stable": ["true", "true", OLDER],
  "manifest-reverted": same(OLDER),
  "unhealthy-500": [
    { status: 500, text: '{"status": "unhealthy", "error": "disk I/O error"}' },
    { status: 500, text: '{"status": "unhealthy", "error": "disk I/O error"}' },
    "true",
  ],
  "updates-degraded": ["true", change('"healthy"', '"degraded"'), "true"],
  "appcast-404": ["true", "true", { status: 404, text: "404: Not Found" }],
  "appcast-cut": ["true", "true", { status: 200, text: 'sparkle:shortVersionString="1.6.1.43"' }],
  "appcast-empty": ["true", "true", { status: 200, text: "<language>en</language>\n    </channel>\n</rss>" }],
  "entity-bomb": ["true", "true", { status: 200, text: '<!ENTITY e9 "&e8;&e8;' }],
  "bad-gateway": same({ status: 502, text: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" }),
  "maintenance-page": same({ status: 200, text: "<html>\r\n<head><title>We will be back soon</title></head>" }),
  "redirect-loop": [
    { status: 302, text: "<html>", location: "/health" },
    { status: 302, text: "<html>", location: "/updates/health" },
    { status: 302, text: "<html>", location: "/updates/appcast.xml" },
  ],
  "redirect-to-http": [
    { status: 302, text: "<html>", location: "http://updates.invalid/health" },
    { status: 302, text: "<html>", location: "http://updates.invalid/updates/health" },
    { status: 302, text: "<html>", location: "http://updates.invalid/updates/appcast.xml" },
  ],
  "redirect-to-private": [
    { status: 302, text: "<html>", location: "http://10.0.0.1/health" },
    { status: 302, text: "<html>", location: "http://10.0.0.1/updates/health" },
    { status: 302, text: "<html>", location: "http://10.0.0.1/updates/appcast.xml" },
  ],
}
const MANNERS = ["hang", "reset", "trickle", "huge"]

describe("the update server look-alike, told to lie", () => {
  let vm: Vm
  beforeEach(async () => {
    vm = await startVm()
  })
  afterEach(() => vm[Symbol.asyncDispose]())

  const all = () => Promise.all(PATHS.map(vm.get))

  it("knows the lies of this table, and no others", () => {
    expect(vm.server.lies.toSorted()).toEqual([...Object.keys(ANSWERS), ...MANNERS].toSorted())
  })

  it.each(Object.entries(ANSWERS))("answers as %s would, and then the truth again", async (lie, rows) => {
    const truth = await all()
    vm.server.lie(lie)
    for (const [index, answer] of (await all()).entries()) {
      const expected = rows[index] ?? "true"
      const before = truth[index] ?? answer
      if (expected === "true") expect(answer).toEqual(before)
      else if ("replaced" in expected) {
        const text = expected.replaced.reduce((body, [from, to]) => body.replaceAll(from, to), before.text)
        expect(text).not.toBe(before.text)
        expect(answer).toEqual({ ...before, text })
      } else {
        const { text, ...facts } = expected
        expect(answer).toMatchObject({ location: null, ...facts })
        expect(answer.text).toContain(text)
      }
    }
    vm.server.tellTruth()
    expect(await all()).toEqual(truth)
    expect(await readFile(vm.manifest, "utf8")).toBe(manifestText())
  })

  it.each(Object.keys(ANSWERS).filter((lie) => lie !== "manifest-reverted"))(
    "leaves the file as it is for %s",
    async (lie) => {
      vm.server.lie(lie)
      await all()
      expect(await readFile(vm.manifest, "utf8")).toBe(manifestText())
    },
  )

  it("lies about what is on the VM by then", async () => {
    vm.server.lie("wrong-length")
    await vm.write("manifest.json", manifestText({ version: "1.6.1.44", build: "1.6.1.44" }, { size: 10 }))
    expect((await vm.get("/updates/appcast.xml")).text).toContain('length="9"')
  })

  it("tells no lie about a manifest that is not there", async () => {
    await vm.remove("manifest.json")
    const truth = await all()
    for (const lie of ["manifest-truncated", "build-1001", "beta-as-stable", "manifest-reverted"]) {
      vm.server.lie(lie)
      expect(await all()).toEqual(truth)
    }
  })

  it("changes the VM's file as a bad deployment would, and puts it back to the byte", async () => {
    const odd = manifestText().replaceAll("\n", "\r\n")
    await vm.write("manifest.json", odd)
    vm.server.lie("manifest-reverted")
    expect(JSON.parse(await readFile(vm.manifest, "utf8"))).toMatchObject({ version: "1.6.1.42", build: "1.6.1.42" })
    vm.server.lie("hang")
    expect(await readFile(vm.manifest, "utf8")).toBe(odd)
  })

  it("does not put the file back over what was deployed since", async () => {
    vm.server.lie("manifest-reverted")
    const next = manifestText({ version: "1.6.1.44" })
    await vm.write("manifest.json", next)
    vm.server.tellTruth()
    expect(await readFile(vm.manifest, "utf8")).toBe(next)
  })

  it("puts the file back when it is closed", async () => {
    vm.server.lie("manifest-reverted")
    await vm.server.close()
    expect(await readFile(vm.manifest, "utf8")).toBe(manifestText())
    vm = await startVm()
  })

  it("refuses a lie that it does not know", () => expect(() => vm.server.lie("constructor")).toThrow("no lie"))

  it("hangs, and still closes", async () => {
    vm.server.lie("hang")
    const request = get(`${vm.server.url}/health`)
    await once(request, "socket")
    const failed = once(request, "error")
    await vm.server.close()
    expect(await failed).toMatchObject([{ code: "ECONNRESET" }])
    vm = await startVm()
  })

  it("breaks connections", async () => {
    vm.server.lie("reset")
    await expect(vm.get("/health")).rejects.toThrow()
  })

  it("trickles: the whole length is promised, and a byte comes at a time", async () => {
    const { text } = await vm.get("/health")
    vm.server.lie("trickle")
    const response = await open(`${vm.server.url}/health`)
    expect(response.headers["content-length"]).toBe(String(text.length))
    const [first] = (await once(response, "data")) as [Buffer]
    expect(first.toString()).toBe("{")
    response.destroy()
  })

  it("streams 100 MB", async () => {
    vm.server.lie("huge")
    const response = await open(`${vm.server.url}/updates/health`)
    expect(response.headers["content-length"]).toBeUndefined()
    let bytes = 0
    for await (const chunk of response) bytes += (chunk as Buffer).length
    expect(bytes).toBe(100_000_000)
  })

  it("stops streaming when nobody listens any more", async () => {
    vm.server.lie("huge")
    const response = await open(`${vm.server.url}/health`)
    response.destroy()
    vm.server.tellTruth()
    expect((await vm.get("/health")).status).toBe(200)
  })
})

describe("the route of the lies", () => {
  let vm: Vm
  beforeEach(async () => {
    vm = await startVm()
  })
  afterEach(() => vm[Symbol.asyncDispose]())

  const ask = async (method: string, path: string) => {
    const response = await fetch(vm.server.url + path, { method })
    return { status: response.status, text: await response.text() }
  }

  it("lists every lie with a line of explanation, and marks the one that is told", async () => {
    const { text } = await ask("GET", "/_lies")
    const lines = text.trimEnd().split("\n")
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(vm.server.lies)
    for (const line of lines) expect(line).toMatch(/^ {2}[a-z0-9-]+ {2,}\S.{10,}$/)
    await ask("PUT", "/_lies/hang")
    expect((await ask("GET", "/_lies")).text.split("\n").filter((line) => line.startsWith(">"))).toEqual([
      expect.stringMatching(/^> hang /),
    ])
  })

  it("tells a lie in place of the one before, until the truth is told", async () => {
    const truth = await vm.get("/updates/appcast.xml")
    await ask("PUT", "/_lies/bad-gateway")
    expect(await ask("PUT", "/_lies/wrong-length")).toMatchObject({
      status: 200,
      text: expect.stringContaining("short"),
    })
    expect((await vm.get("/health")).status).toBe(200)
    expect((await vm.get("/updates/appcast.xml")).text).toContain('length="275899819"')
    expect((await ask("DELETE", "/_lies")).status).toBe(200)
    expect(await vm.get("/updates/appcast.xml")).toEqual(truth)
  })

  it("is not lied about itself", async () => {
    await ask("PUT", "/_lies/hang")
    expect((await ask("GET", "/_lies")).status).toBe(200)
    expect((await vm.get("/healthz")).status).toBe(404)
  })

  it.each([
    ["PUT", "/_lies/constructor", 404],
    ["PUT", "/_lies", 405],
    ["POST", "/_lies/hang", 405],
    ["DELETE", "/_lies/hang", 405],
    ["POST", "/health", 405],
  ])("refuses %s %s", async (method, path, status) => {
    expect((await ask(method, path)).status).toBe(status)
    expect((await vm.get("/health")).status).toBe(200)
  })
})

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage]
  return response
}
