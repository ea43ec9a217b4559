import { existsSync, readFileSync } from "node:fs"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startUpdateServer } from "../../../../infra/local/update-server/index.ts"
import { pythonJson, pythonTime } from "../../../../infra/local/update-server/python.ts"
import { manifestText, startVm, URL_OF_143, type Vm } from "./start.ts"

const HEALTH = '{"status": "OK", "latest_version": "1.6.1.43", "latest_build": "1.6.1.43", "ffmpeg_available": false}'
const UPDATES =
  '{"status": "healthy", "timestamp": "2026-11-22T06:37:14.285000", "version": "1.6.1.43", ' +
  '"latest_version": "1.6.1.43", "latest_build": "1.6.1.43", "artifacts_available": 0, ' +
  '"downloads_dir": "server/updates/downloads", "manifests_dir": "server/updates/manifests", ' +
  '"beta_updates_enabled": true}'
const APPCAST = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">
    <channel>
        <title>App Updates</title>
        <language>en</language>
        <item>
            <title>Version 1.6.1.43</title>
            <pubDate>Sun, 22 Nov 2026 06:37:14 +0000</pubDate>
            <enclosure
                url="${URL_OF_143}"
                sparkle:version="1.6.1.43"
                sparkle:shortVersionString="1.6.1.43"
                length="275899820"
                type="application/octet-stream"
                sparkle:dsaSignature=""
                sparkle:minimumSystemVersion="11.0"
            />
        </item>
    </channel>
</rss>
`
const FAILED = { status: 500, type: "text/plain; charset=utf-8", text: "Error generating AppCast XML" }

describe("the update server look-alike", () => {
  let vm: Vm
  beforeEach(async () => {
    vm = await startVm()
  })
  afterEach(() => vm[Symbol.asyncDispose]())

  it("answers in the predecessor's formats, to the byte", async () => {
    expect(await vm.get("/health")).toMatchObject({
      status: 200,
      type: "application/json; charset=utf-8",
      text: HEALTH,
    })
    expect(await vm.get("/updates/health?verbose=1")).toMatchObject({ status: 200, text: UPDATES })
    expect(await vm.get("/updates/appcast.xml")).toMatchObject({ status: 200, type: "application/xml", text: APPCAST })
  })

  it("reads the manifest again at each request", async () => {
    await vm.write("manifest.json", manifestText({ version: "1.6.1.44", build: "1.6.1.44" }))
    expect((await vm.get("/health")).text).toContain('"latest_version": "1.6.1.44"')
    expect((await vm.get("/updates/appcast.xml")).text).toContain('sparkle:version="1.6.1.44"')
  })

  it.each<[what: string, manifest: string | undefined]>([
    ["is absent", undefined],
    ["is cut off", manifestText().slice(0, 200)],
    ["is empty", ""],
    ["begins with a byte-order mark", `\ufeff${manifestText()}`],
    ["is a list", "[]"],
  ])(
    "says that all is well with the version of VERSION when the manifest %s, and makes no appcast",
    async (_, manifest) => {
      if (manifest === undefined) await vm.remove("manifest.json")
      else await vm.write("manifest.json", manifest)
      await vm.write("VERSION", "1.6.1.40\n")
      expect(await vm.get("/updates/health")).toMatchObject({ status: 200, text: UPDATES.replaceAll(".43", ".40") })
      expect(await vm.get("/health")).toMatchObject({ status: 200, text: HEALTH.replaceAll(".43", ".40") })
      expect(await vm.get("/updates/appcast.xml")).toMatchObject(FAILED)
    },
  )

  it("serves the beta as stable when there is no other manifest", async () => {
    await vm.write("manifest_beta.json", manifestText({ version: "1.7.0.1", build: "1.7.0.1" }))
    expect((await vm.get("/updates/health")).text).toBe(UPDATES)
    await vm.remove("manifest.json")
    expect((await vm.get("/updates/health")).text).toBe(UPDATES.replaceAll("1.6.1.43", "1.7.0.1"))
    expect(await vm.get("/updates/appcast.xml")).toMatchObject({
      status: 200,
      text: expect.stringContaining('sparkle:version="1.7.0.1"'),
    })
  })

  it.each<[what: string, manifest: string]>([
    ["an http URL", manifestText({}, { url: "http://downloads.example.org/App.dmg" })],
    ["a feed URL", manifestText({}, { url: "https://updates.example.org/updates/appcast.xml" })],
    ["no artifact", manifestText({ artifact: null })],
  ])(
    "says that all is well with the right version when the manifest has %s, and makes no appcast",
    async (_, manifest) => {
      await vm.write("manifest.json", manifest)
      expect(await vm.get("/updates/health")).toMatchObject({ status: 200, text: UPDATES })
      expect(await vm.get("/updates/appcast.xml")).toMatchObject(FAILED)
    },
  )

  it("passes build 1001 on", async () => {
    await vm.write("manifest.json", manifestText({ build: "1001" }))
    expect((await vm.get("/updates/health")).text).toContain('"latest_build": "1001"')
    expect((await vm.get("/updates/appcast.xml")).text).toBe(
      APPCAST.replace('sparkle:version="1.6.1.43"', 'sparkle:version="1001"'),
    )
  })

  it("escapes nothing: an & makes malformed XML", async () => {
    const url = `${URL_OF_143}?a=1&b=2`
    await vm.write("manifest.json", manifestText({}, { url }))
    expect((await vm.get("/updates/health")).text).toBe(UPDATES)
    expect(await vm.get("/updates/appcast.xml")).toMatchObject({
      status: 200,
      text: APPCAST.replace(URL_OF_143, url),
    })
  })

  it("offers what lies on this machine over plain http", async () => {
    await vm.write("manifest.json", manifestText({}, { url: "http://127.0.0.1:8080/App.dmg" }))
    expect((await vm.get("/updates/appcast.xml")).text).toContain('url="http://127.0.0.1:8080/App.dmg"')
  })

  it.each([["/healthz"], ["/"], ["/updates/"], ["/updates/appcast.xml/"], ["//health"]])("has no %s", async (path) => {
    expect(await vm.get(path)).toMatchObject({ status: 404, text: "404: Not Found" })
  })

  it("has files of its own VM only", async () => {
    const files = { root: "/tmp/vm", versionFile: "/tmp/vm/VERSION" }
    await expect(startUpdateServer({ ...files, manifest: "/tmp/vm/../manifest.json" })).rejects.toThrow("not inside")
    await expect(startUpdateServer({ ...files, manifest: "/etc/manifest.json" })).rejects.toThrow("not inside")
  })

  const examples = new URL("../../../../../shared/fixtures/predecessor/endpoints/", import.meta.url)
  const example = (name: string) => readFileSync(new URL(name, examples), "utf8").trim()

  describe.runIf(existsSync(examples))("beside the predecessor's own answers", () => {
    it.each([
      ["/health", "health.json"],
      ["/updates/health", "updates-health.json"],
    ])("has the keys of %s in the same order, and values of the same kind", async (path, name) => {
      const kinds = (text: string) => Object.entries(JSON.parse(text)).map(([key, value]) => [key, typeof value])
      const ours = (await vm.get(path)).text
      expect(kinds(ours)).toEqual(kinds(example(name)))
      expect(pythonJson(JSON.parse(example(name)))).toBe(example(name))
    })

    it("has the appcast's elements and attributes in the same order", async () => {
      const parser = new XMLParser({ ignoreAttributes: false, preserveOrder: true })
      const names = (text: string) => JSON.stringify(parser.parse(text)).match(/"[^"]+":/g)
      const ours = (await vm.get("/updates/appcast.xml")).text
      const theirs = example("appcast.xml")
      expect(XMLValidator.validate(ours)).toBe(true)
      expect(names(ours)).toEqual(names(theirs))
      expect(ours.match(/\n */g)).toEqual(`${theirs}\n`.match(/\n */g))
    })
  })
})

describe("Python's way of writing", () => {
  it.each([
    ["2026-11-22T06:37:14.285Z", "2026-11-22T06:37:14.285000"],
    ["2026-11-22T06:37:14.000Z", "2026-11-22T06:37:14"],
    ["2026-11-22T06:37:14.005Z", "2026-11-22T06:37:14.005000"],
  ])("makes of the time %s %s", (at, written) => expect(pythonTime(new Date(at))).toBe(written))

  it("has nothing but ASCII", () => {
    expect(pythonJson({ a: "é\u2028😀", b: null, c: [] })).toBe(
      '{"a": "\\u00e9\\u2028\\ud83d\\ude00", "b": null, "c": []}',
    )
  })
})
