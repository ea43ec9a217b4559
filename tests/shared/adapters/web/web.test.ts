import { describe, expect, it } from "vitest"
import { webClient } from "../../../../shared/adapters/web/web.ts"
import { allGone, answer, closedPort, oddWebServer, pour } from "../../checks/odd-web-server.ts"
import { forEver, refused, small, web } from "./looks.ts"

describe("reading an answer", () => {
  it("brings status, headers and text, whatever the status", async () => {
    const { url } = await oddWebServer(answer(503, "later\n", { "X-Why": "tired" }))
    expect(await web.read(`${url}/health`, small)).toMatchObject({
      status: 503,
      url: `${url}/health`,
      headers: { "x-why": "tired" },
      text: "later\n",
    })
  })

  it("says who it is, and shows no credentials, not even those of the address", async () => {
    const { port, asked } = await oddWebServer((request, response) => {
      response.end(JSON.stringify(request.headers))
    })
    const { text, url } = await web.read(`http://user:password@127.0.0.1:${port}/a?q=1`, small)
    expect(asked).toEqual(["GET /a?q=1"])
    expect(url).toBe(`http://127.0.0.1:${port}/a?q=1`)
    expect(JSON.parse(text)).toEqual({
      accept: "*/*",
      "accept-encoding": "identity",
      connection: "close",
      host: `127.0.0.1:${port}`,
      "user-agent": "slipway",
    })
  })

  it("keeps a byte-order mark", async () => {
    const { url } = await oddWebServer(answer(200, "\ufeff{}"))
    expect((await web.read(url, small)).text).toBe("\ufeff{}")
  })

  it("takes exactly as many bytes as are allowed", async () => {
    const { url } = await oddWebServer(answer(200, "x".repeat(1000)))
    expect((await web.read(url, small)).text).toHaveLength(1000)
  })

  it("does not wait for what is promised to be too large", async () => {
    const server = await oddWebServer((_request, response) => {
      response.writeHead(200, { "content-length": 1001 }).flushHeaders()
    })
    await expect(web.read(server.url, small)).rejects.toEqual(refused("ANSWER_TOO_LARGE"))
    await allGone(server)
  })

  it("stops reading what grows too large, long before its end", async () => {
    const server = await oddWebServer((_request, response) => void pour(response, Buffer.alloc(100_000), 1000))
    await expect(web.read(server.url, small)).rejects.toEqual(refused("ANSWER_TOO_LARGE"))
    await allGone(server)
    expect(server.sockets[0]?.bytesWritten).toBeLessThan(20_000_000)
  })

  it.each([
    ["half an answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
    ["half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["nothing", ""],
    ["what is no HTTP", "220 mail.example ESMTP\r\n"],
    ["an endless head", `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`],
  ])("is refused %s", async (_what, bytes) => {
    const { url, port } = await oddWebServer(({ socket }) => void socket.end(bytes))
    const message = new RegExp(`^127\\.0\\.0\\.1:${port} cannot be reached: .+ \\(\\w+\\)$`)
    await expect(web.read(`${url}/?sig=s3cret`, small)).rejects.toEqual(refused("ENDPOINT_UNREACHABLE", message))
  })

  it("tells that nobody listens", async () => {
    const port = await closedPort()
    const message = `127.0.0.1:${port} cannot be reached: the connection was refused (ECONNREFUSED)`
    await expect(web.read(`http://127.0.0.1:${port}/?sig=s3cret`, small)).rejects.toMatchObject({ message })
  })

  it("tells that a name leads nowhere", async () => {
    const lost = webClient({ lookup: () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })) })
    const message = "app.example cannot be reached: nobody knows this name (ENOTFOUND)"
    await expect(lost.read("https://app.example/health", small)).rejects.toMatchObject({ message })
    const empty = webClient({ lookup: async () => [] })
    await expect(empty.read("https://app.example/health", small)).rejects.toMatchObject({ message })
  })

  it.each(["", "app.example/health", "ftp://app.example/", "file:///etc/passwd"])(
    "has no way to %j",
    async (address) => {
      await expect(web.read(address, small)).rejects.toEqual(refused("ENDPOINT_UNREACHABLE"))
    },
  )

  it.each([
    ["before the head", () => {}],
    ["in the middle", (write: (text: string) => void) => write("half")],
  ])("ends with the reason of its signal %s", async (_when, begin) => {
    const stop = new AbortController()
    const server = await oddWebServer((_request, response) => {
      begin((text) => response.write(text))
      setImmediate(() => stop.abort(new Error("enough")))
    })
    await expect(web.read(server.url, { maxBytes: 1000, signal: stop.signal })).rejects.toThrow("enough")
    await allGone(server)
    await expect(web.read(server.url, { maxBytes: 1000, signal: stop.signal })).rejects.toThrow("enough")
    expect(server.asked).toHaveLength(1)
  })
})

describe("a download", () => {
  it("begins with its head, and brings its bytes when asked", async () => {
    const server = await oddWebServer(answer(200, Buffer.alloc(300_000, 7)))
    const download = await web.download(server.url, forEver)
    expect(download).toMatchObject({ status: 200, url: `${server.url}/`, sizeBytes: 300_000 })
    let readBytes = 0
    for await (const chunk of download.bytes()) readBytes += chunk.byteLength
    expect(readBytes).toBe(300_000)
    await allGone(server)
  })

  it("knows no size when none is promised", async () => {
    const { url } = await oddWebServer((_request, response) => void pour(response, Buffer.alloc(10), 2))
    const download = await web.download(url, forEver)
    expect(download.sizeBytes).toBeUndefined()
    download.close()
  })

  it("lets go when it is closed, and has hardly read", async () => {
    const server = await oddWebServer((_request, response) => {
      response.setHeader("content-length", 100_000_000)
      void pour(response, Buffer.alloc(100_000), 1000)
    })
    const download = await web.download(server.url, forEver)
    download.close()
    await allGone(server)
    expect(server.sockets[0]?.bytesWritten).toBeLessThan(20_000_000)
  })

  it("tells when the bytes end early", async () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    const { url } = await oddWebServer(({ socket }) => void socket.end(head))
    const download = await web.download(url, forEver)
    await expect(Array.fromAsync(download.bytes())).rejects.toEqual(refused("ENDPOINT_UNREACHABLE", /broke off/))
  })

  it("ends with the reason of its signal, between two chunks as well", async () => {
    const stop = new AbortController()
    const server = await oddWebServer((_request, response) => void response.write("half"))
    const download = await web.download(server.url, stop.signal)
    const bytes = download.bytes()
    await bytes[Symbol.asyncIterator]().next()
    stop.abort(new Error("enough"))
    await expect(Array.fromAsync(bytes)).rejects.toThrow("enough")
    await allGone(server)
  })
})
