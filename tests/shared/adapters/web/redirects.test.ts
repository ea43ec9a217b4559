import { beforeAll, describe, expect, it } from "vitest"
import { isPublic } from "../../../../shared/adapters/web/addresses.ts"
import { webClient } from "../../../../shared/adapters/web/web.ts"
import { type Authority, makeAuthority, makeCertificate } from "../../checks/authority.ts"
import { allGone, answer, oddWebServer } from "../../checks/odd-web-server.ts"
import { refused, small, web } from "./looks.ts"

let authority: Authority
beforeAll(async () => {
  authority = await makeAuthority()
})

/** A certificate with the authority to trust for it. */
async function trusted(claims = {}) {
  return { ca: authority.cert, tls: await makeCertificate(authority, claims) }
}

describe("following redirects", () => {
  it.each([301, 302, 303, 307, 308])("goes where %i leads, and says where the answer came from", async (status) => {
    const server = await oddWebServer((request, response) => {
      if (request.url === "/new") response.end("here")
      else response.writeHead(status, { location: "/new#part" }).end("moved")
    })
    expect(await web.read(`${server.url}/old`, small)).toMatchObject({ text: "here", url: `${server.url}/new` })
    expect(server.asked).toEqual(["GET /old", "GET /new"])
    await allGone(server)
  })

  it("does not wait for what a redirect has to say", async () => {
    const server = await oddWebServer((request, response) => {
      if (request.url === "/new") response.end("here")
      else response.writeHead(302, { location: "/new" }).write("and so on")
    })
    expect((await web.read(`${server.url}/old`, small)).text).toBe("here")
    await allGone(server)
  })

  it("follows five and no sixth", async () => {
    const server = await oddWebServer((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end("here")
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect((await web.read(`${server.url}/5`, small)).text).toBe("here")
    await expect(web.read(`${server.url}/6`, small)).rejects.toEqual(refused("REDIRECT_REFUSED", /more than 5/))
    expect(server.asked).toHaveLength(12)
  })

  it("does not go in a circle", async () => {
    const server = await oddWebServer((request, response) => {
      response.writeHead(302, { location: request.url === "/a" ? "/b" : "/a" }).end()
    })
    await expect(web.read(`${server.url}/a`, small)).rejects.toEqual(refused("REDIRECT_REFUSED", /circle/))
    expect(server.asked).toEqual(["GET /a", "GET /b"])
  })

  it.each(["ftp://127.0.0.1/", "http://", "javascript:alert(1)"])("does not go to %s", async (location) => {
    const { url } = await oddWebServer(answer(302, "", { location }))
    await expect(web.read(url, small)).rejects.toEqual(refused("REDIRECT_REFUSED"))
  })

  it("takes a redirect without a place to go as the answer", async () => {
    const { url } = await oddWebServer(answer(302, "somewhere"))
    expect(await web.read(url, small)).toMatchObject({ status: 302, text: "somewhere" })
  })

  it("does not go from https to http", async () => {
    const { ca, tls } = await trusted()
    const plain = await oddWebServer(answer(200, "plain"))
    const safe = await oddWebServer(answer(302, "", { location: `${plain.url}/?sig=s3cret` }), tls)
    const reading = webClient({ ca }).read(safe.url, small)
    await expect(reading).rejects.toEqual(refused("REDIRECT_REFUSED", /^[^?]+ from https to plain http [^?]+$/))
    expect(plain.asked).toEqual([])
  })

  it("does go from http to https", async () => {
    const { ca, tls } = await trusted()
    const safe = await oddWebServer(answer(200, "safe"), tls)
    const plain = await oddWebServer(answer(302, "", { location: safe.url }))
    expect((await webClient({ ca }).read(plain.url, small)).text).toBe("safe")
  })
})

describe("a redirect from the internet", () => {
  /** One server is all there is: whatever address a name has, its packets come here. */
  async function internet(names: Record<string, string[][]>, location: (port: number) => string) {
    const server = await oddWebServer((request, response) => {
      if (request.headers.host?.startsWith("public.example") && request.url === "/")
        response.writeHead(302, { location: location(server.port) }).end()
      else response.end(`${request.headers.host}`)
    })
    const looked: Record<string, number> = {}
    const client = webClient({
      route: () => "127.0.0.1",
      async lookup(name) {
        const turn = looked[name] ?? 0
        looked[name] = turn + 1
        return names[name]?.[turn] ?? names[name]?.at(-1) ?? []
      },
    })
    const read = () => client.read(`http://public.example:${server.port}/`, small)
    return { read, server }
  }

  const PUBLIC = [["8.8.4.4"]]

  it.each([
    ["another public address", { "other.example": [["9.9.9.9", "2620:fe::fe"]] }],
    ["the same one", {}],
  ])("is followed to %s", async (_where, names) => {
    const [target = "public.example"] = Object.keys(names)
    const { read } = await internet({ "public.example": PUBLIC, ...names }, (port) => `http://${target}:${port}/next`)
    expect((await read()).text).toContain(target)
  })

  it.each([
    ["a loopback address", "127.0.0.1"],
    ["a loopback address of IPv6", "[::1]"],
    ["a loopback address in disguise", "2130706433"],
    ["a mapped address", "[::ffff:10.0.0.1]"],
    ["the metadata of a cloud", "169.254.169.254"],
    ["a private network", "10.1.2.3"],
    ["a unique local address", "[fd00::1]"],
  ])("is not followed to %s", async (_where, host) => {
    const { read, server } = await internet({ "public.example": PUBLIC }, (port) => `http://${host}:${port}/`)
    await expect(read()).rejects.toEqual(refused("REDIRECT_REFUSED", /private network/))
    expect(server.asked).toEqual(["GET /"])
  })

  it("is not followed to a name that leads into a private network, nor to one that may", async () => {
    for (const addresses of [["192.168.1.1"], ["9.9.9.9", "192.168.1.1"]]) {
      const names = { "public.example": PUBLIC, "inside.example": [addresses] }
      const { read, server } = await internet(names, (port) => `http://inside.example:${port}/`)
      await expect(read()).rejects.toEqual(refused("REDIRECT_REFUSED", /inside\.example/))
      expect(server.asked).toEqual(["GET /"])
    }
  })

  it("is not followed to the same name once that leads elsewhere", async () => {
    const names = { "public.example": [["8.8.4.4"], ["127.0.0.1"]] }
    const { read, server } = await internet(names, (port) => `http://public.example:${port}/next`)
    await expect(read()).rejects.toEqual(refused("REDIRECT_REFUSED", /private network/))
    expect(server.asked).toEqual(["GET /"])
  })

  it("is nobody's business inside a private network", async () => {
    const names = { "public.example": [["10.0.0.1"]], "inside.example": [["192.168.1.1"]] }
    const { read } = await internet(names, (port) => `http://inside.example:${port}/`)
    expect((await read()).text).toContain("inside.example")
  })
})

describe("an address", () => {
  it.each(["8.8.8.8", "140.82.121.4", "2606:50c0:8000::154", "::ffff:8.8.8.8"])("%s is public", (address) => {
    expect(isPublic(address)).toBe(true)
  })

  it.each([
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "255.255.255.255",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd12::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
  ])("%s is not", (address) => expect(isPublic(address)).toBe(false))
})
