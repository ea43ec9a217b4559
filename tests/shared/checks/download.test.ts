import { createHash } from "node:crypto"
import type { RequestListener } from "node:http"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { webClient } from "../../../shared/adapters/web/web.ts"
import { download, downloadCheck, judgeBytes, judgeHead } from "../../../shared/checks/download.ts"
import { withPatience } from "../../../shared/checks/patience.ts"
import type { Web } from "../../../shared/ports/web.ts"
import {
  allGone,
  answer,
  closedPort,
  look,
  manifestOf,
  type OddWebServer,
  OFFER,
  oddWebServer,
  pour,
  short,
} from "./odd-web-server.ts"

describe("the judge of a download's head", () => {
  const size = OFFER.sizeBytes
  it.each<[number, number | undefined, "quick" | "deep", string]>([
    [200, size, "quick", "nothing"],
    [200, size, "deep", "nothing"],
    [200, undefined, "deep", "nothing"],
    [200, undefined, "quick", "DOWNLOAD_DIFFERS"],
    [200, size - 1, "quick", "DOWNLOAD_DIFFERS"],
    [200, size + 1, "deep", "DOWNLOAD_DIFFERS"],
    [206, size, "quick", "DOWNLOAD_DIFFERS"],
    [302, 0, "quick", "DOWNLOAD_DIFFERS"],
    [403, 9, "quick", "DOWNLOAD_DIFFERS"],
    [404, 9, "quick", "DOWNLOAD_DIFFERS"],
    [410, 9, "deep", "DOWNLOAD_DIFFERS"],
    [429, 9, "quick", "ENDPOINT_UNHEALTHY"],
    [500, size, "quick", "ENDPOINT_UNHEALTHY"],
    [503, 9, "deep", "ENDPOINT_UNHEALTHY"],
  ])("%i with %s bytes, %s: %s", (status, sizeBytes, depth, code) => {
    expect(judgeHead("files.example/App.dmg", { status, sizeBytes }, OFFER, depth === "deep")?.code ?? "nothing").toBe(
      code,
    )
  })
})

describe("the judge of a download's bytes", () => {
  const { sizeBytes, sha256 } = OFFER
  it.each<[string, { sizeBytes: number; sha256?: string }, string]>([
    ["all of them", { sizeBytes, sha256 }, "pass"],
    ["other ones", { sizeBytes, sha256: "cd".repeat(32) }, "fail"],
    ["too few", { sizeBytes: sizeBytes - 1, sha256 }, "fail"],
    ["too many", { sizeBytes: sizeBytes + 1 }, "fail"],
  ])("of %s", (_what, received, outcome) => {
    expect(judgeBytes("files.example/App.dmg", received, OFFER).outcome).toBe(outcome)
  })
})

describe("the check of the download", () => {
  const bytes = Buffer.alloc(3_000_000, "slipway")
  const others = Buffer.from(bytes).fill("x", 2_999_999)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  const offers = (url: string, sizeBytes = bytes.length) => manifestOf({ ...OFFER, url, sizeBytes, sha256 })

  /** What a server does, and how the quick and the deep look end. */
  const table: [what: string, listener: RequestListener, quick: string, deep: string][] = [
    ["the released bytes", answer(200, bytes), "pass", "pass"],
    [
      "the released bytes, without their length",
      (_, response) => void pour(response, bytes, 1),
      "fail DOWNLOAD_DIFFERS",
      "pass",
    ],
    ["other bytes of the right length", answer(200, others), "pass", "fail DOWNLOAD_DIFFERS"],
    ["too few bytes", answer(200, bytes.subarray(1)), "fail DOWNLOAD_DIFFERS", "fail DOWNLOAD_DIFFERS"],
    ["too many bytes", answer(200, Buffer.concat([bytes, bytes])), "fail DOWNLOAD_DIFFERS", "fail DOWNLOAD_DIFFERS"],
    ["nothing", answer(200, ""), "fail DOWNLOAD_DIFFERS", "fail DOWNLOAD_DIFFERS"],
    ["404", answer(404, "Not Found"), "fail DOWNLOAD_DIFFERS", "fail DOWNLOAD_DIFFERS"],
    ["503", answer(503, "later"), "fail ENDPOINT_UNHEALTHY", "fail ENDPOINT_UNHEALTHY"],
    ["half of the bytes", half(bytes), "pass", "fail ENDPOINT_UNREACHABLE"],
    ["silence", () => {}, "fail CHECK_TIMEOUT", "fail CHECK_TIMEOUT"],
    ["silence after half of the bytes", stall(bytes), "pass", "fail CHECK_TIMEOUT"],
  ]

  it.each(table)("of %s", async (what, listener, quick, deep) => {
    const server = await oddWebServer(listener)
    const hasty = { ...downloadCheck(500), tries: 1 }
    const quickCheck = what === "silence" ? hasty : download
    const deepCheck = what.startsWith("silence") ? hasty : download
    const manifest = offers(`${server.url}/App.dmg?sig=s3cret`)
    const looks = [await look(quickCheck, { manifest }), await look(deepCheck, { manifest, deep: true })]
    expect(looks.map(short)).toEqual([quick, deep])
    expect(JSON.stringify(looks)).not.toContain("s3cret")
    await allGone(server)
  })

  it("follows a redirect as clients do", async () => {
    const files = await oddWebServer(answer(200, bytes))
    const { url } = await oddWebServer(answer(302, "", { location: `${files.url}/store?sig=s3cret` }))
    expect(short(await look(download, { manifest: offers(`${url}/App.dmg`), deep: true }))).toBe("pass")
  })

  it("reads next to nothing when it is quick", async () => {
    const server = await oddWebServer(hundredMegabytes)
    expect(short(await look(download, { manifest: offers(server.url, 100_000_000) }))).toBe("pass")
    await allGone(server)
    expect(sent(server)).toBeLessThan(20_000_000)
  })

  it("does not read on when more comes than was released", async () => {
    const server = await oddWebServer((_, response) => void pour(response, bytes, 1000))
    const result = await look(download, { manifest: offers(server.url), deep: true })
    expect(result.findings[0]?.message).toContain("more than the 3000000 bytes")
    await allGone(server)
    expect(sent(server)).toBeLessThan(100_000_000)
  })

  it.each([
    [19, "pass"],
    [21, "fail CHECK_TIMEOUT"],
  ])("of a server that is silent for %i s again and again: %s", async (seconds, ending) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const tenth = bytes.length / 10
    /** Time passes as its bytes are asked for. */
    const web: Web = {
      ...webClient(),
      download: async (url, signal) => ({
        status: 200,
        url,
        sizeBytes: bytes.length,
        async *bytes() {
          for (let at = 0; at < bytes.length; at += tenth) {
            vi.advanceTimersByTime(seconds * 1000)
            signal.throwIfAborted()
            yield bytes.subarray(at, at + tenth)
          }
        },
        close() {},
      }),
    }
    const manifest = offers("https://files.example/App.dmg")
    expect(short(await look({ ...download, tries: 1 }, { manifest, web, deep: true }))).toBe(ending)
  })

  it("lets go of a silent server when its time is over", async () => {
    const server = await oddWebServer(() => {})
    const check = { ...downloadCheck(600_000), timeoutMs: 300, tries: 1 }
    expect(short(await look(check, { manifest: offers(server.url) }))).toBe("fail CHECK_TIMEOUT")
    await allGone(server)
  })

  it("tells that nobody listens, and where these files lie", async () => {
    const manifest = offers(`http://127.0.0.1:${await closedPort()}/App.dmg`)
    const result = await look(download, { manifest })
    expect(short(result)).toBe("fail ENDPOINT_UNREACHABLE")
    expect(result.findings[0]?.remedy).toContain("githubstatus.com")
  })

  it.each(["", "App.dmg", "ftp://files.example/App.dmg"])("has no way to %j", async (url) => {
    expect(short(await look(download, { manifest: offers(url) }))).toBe("fail ENDPOINT_UNREACHABLE")
  })

  it("skips while nothing is offered, and while nobody can say what", async () => {
    expect(await look(download, { manifest: undefined })).toMatchObject({ outcome: "skip" })
    const broken = await look(download, { manifest: "{" })
    expect(broken).toMatchObject({ outcome: "skip", findings: [{ message: expect.stringContaining("not sound") }] })
  })
})

describe("patience", () => {
  it("leaves no timer behind that would keep a program alive", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    expect(await withPatience(20_000, new AbortController().signal, async () => "done")).toBe("done")
    expect(vi.getTimerCount()).toBe(0)
  })
})

function half(bytes: Buffer): RequestListener {
  return ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    socket.end(bytes.subarray(0, bytes.length / 2))
  }
}

function stall(bytes: Buffer): RequestListener {
  return (_, response) => {
    response.writeHead(200, { "content-length": bytes.length })
    response.write(bytes.subarray(0, bytes.length / 2))
  }
}

const hundredMegabytes: RequestListener = (_, response) => {
  response.setHeader("content-length", 100_000_000)
  void pour(response, Buffer.alloc(100_000), 1000)
}

function sent({ sockets }: OddWebServer): number {
  return sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
}
