import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { cleanName } from "../../../../infra/local/github/upload.ts"
import { ask, type LookAlike, sha256, startLookAlike } from "./look-alike.ts"

const releases = "/repos/acme/app/releases"
const bytes = randomBytes(300_000)

describe("assets of the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike({ tokens: { "local-token": "write", reader: "read" } })
  })
  afterEach(() => hub.close())

  it("keeps an upload and states its digest, on a draft too", async () => {
    const draft = await hub.release("v1")
    const { status, json } = await hub.upload(draft, "Nexy.dmg", {
      body: bytes,
      headers: { "content-type": "application/x-dmg" },
    })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      name: "Nexy.dmg",
      state: "uploaded",
      size: bytes.length,
      digest: sha256(bytes),
      content_type: "application/x-dmg",
    })
    expect(json.browser_download_url).toMatch(/\/releases\/download\/untagged-\w+\/Nexy\.dmg$/)
    const [kept] = hub.github.releases("acme/app")[0]?.assets ?? []
    expect(kept && (await readFile(hub.github.assetPath("acme/app", kept)))).toEqual(bytes)
    expect((await hub.api("GET", `${releases}/${draft.id}/assets`)).json).toEqual([json])
    expect((await hub.api("GET", `${releases}/assets/${json.id}`)).json).toEqual(json)
  })

  it("keeps uploads of the same moment apart", async () => {
    const draft = await hub.release("v1")
    const files = Array.from({ length: 8 }, (_, index) => [`${index}.bin`, randomBytes(100_000 + index)] as const)
    await Promise.all(files.map(([name, body]) => hub.upload(draft, name, { body: body })))
    const stated = new Map(
      (await hub.api("GET", `${releases}/${draft.id}`)).json.assets.map((one: { name: string; digest: string }) => [
        one.name,
        one.digest,
      ]),
    )
    expect(stated).toEqual(new Map(files.map(([name, body]) => [name, sha256(body)])))
  })

  it("takes uploads on the upload host only", async () => {
    const { id, upload_url } = await hub.release("v1")
    expect(upload_url).toBe(`${hub.github.url}/uploads${releases}/${id}/assets{?name,label}`)
    const elsewhere = await ask("POST", `${hub.github.url}${releases}/${id}/assets?name=a`, {
      token: "local-token",
      body: "a",
    })
    expect(elsewhere.status).toBe(404)
    expect(hub.contract.faults.splice(0)).toHaveLength(1)
  })

  it("refuses a second asset of a name", async () => {
    const draft = await hub.release("v1")
    await hub.upload(draft, "a", { body: "first" })
    const second = await hub.upload(draft, "a", { body: "second" })
    expect(second).toMatchObject({ status: 422, json: { message: "Validation Failed" } })
    expect(second.json.errors).toEqual([{ resource: "ReleaseAsset", code: "already_exists", field: "name" }])
    expect(hub.github.releases("acme/app")[0]?.assets).toMatchObject([{ digest: sha256("first") }])
  })

  it.each([
    ["no length", 400, { headers: { "transfer-encoding": "chunked" } }],
    ["no bytes", 422, { headers: { "content-length": "0" } }],
    ["2 GiB", 422, { headers: { "content-length": String(2 ** 31) } }],
    ["no user agent", 403, { headers: { "user-agent": "" }, body: "bytes" }],
  ])("refuses an upload with %s", async (_, status, extra) => {
    const draft = await hub.release("v1")
    expect((await hub.upload(draft, "a", extra)).status).toBe(status)
    expect(hub.github.releases("acme/app")[0]?.assets).toEqual([])
  })

  it.each([
    ["Nexy 1.0 (beta).dmg", "Nexy.1.0.beta.dmg"],
    ["..a..b.", "default.a.b"],
    [".hidden", "default.hidden"],
    ["SHA256SUMS", "SHA256SUMS"],
    ["a+b_c-d@e.dmg", "a+b_c-d@e.dmg"],
  ])("names %s what GitHub would", (asked, kept) => {
    expect(cleanName(asked)).toBe(kept)
  })

  it("deletes an asset, and frees its name", async () => {
    const draft = await hub.release("v1")
    const { json } = await hub.upload(draft, "a", { body: "first" })
    expect((await hub.api("DELETE", `${releases}/assets/${json.id}`)).status).toBe(204)
    expect((await hub.api("DELETE", `${releases}/assets/${json.id}`)).status).toBe(404)
    expect((await hub.upload(draft, "a", { body: "second" })).status).toBe(201)
  })

  it("serves a published asset without credentials, through a redirect, whole or in ranges", async () => {
    const { api, release, upload, github } = hub
    const draft = await release("v1")
    const { json } = await upload(draft, "Nexy.dmg", { body: bytes })
    expect((await ask("GET", json.browser_download_url)).status).toBe(404)
    await api("PATCH", `${releases}/${draft.id}`, { draft: false })
    const promised = `${github.url}/acme/app/releases/download/v1/Nexy.dmg`
    expect((await api("GET", `${releases}/assets/${json.id}`)).json.browser_download_url).toBe(promised)
    const redirect = await ask("GET", promised)
    expect(redirect.status).toBe(302)
    const location = String(redirect.headers.location)
    const whole = await ask("GET", location)
    expect(whole).toMatchObject({
      status: 200,
      headers: { "content-length": "300000", "content-type": "application/octet-stream" },
    })
    expect(whole.bytes).toEqual(bytes)
    const head = await ask("HEAD", location)
    expect([head.status, head.headers["content-length"], head.bytes.length]).toEqual([200, "300000", 0])
  })

  it.each([
    ["bytes=0-9", 206, 0, 10],
    ["bytes=299990-", 206, 299_990, 300_000],
    ["bytes=-5", 206, 299_995, 300_000],
    ["bytes=299999-400000", 206, 299_999, 300_000],
    ["bytes=300000-", 416, 0, 0],
  ])("answers the range %s with %i", async (range, status, from, to) => {
    const { id, assets } = await published()
    const asset = `${hub.github.url}${releases}/assets/${assets[0].id}`
    const { headers } = await ask("GET", asset, {
      token: "local-token",
      headers: { accept: "application/octet-stream" },
    })
    const part = await ask("GET", String(headers.location), { headers: { range } })
    expect(part.status).toBe(status)
    expect(part.bytes).toEqual(bytes.subarray(from, to))
    expect(part.headers["content-range"]).toBe(status === 416 ? "bytes */300000" : `bytes ${from}-${to - 1}/300000`)
    expect(id).toBeGreaterThan(0)
  })

  async function published() {
    const draft = await hub.release("v1")
    await hub.upload(draft, "Nexy.dmg", { body: bytes })
    return (await hub.api("PATCH", `${releases}/${draft.id}`, { draft: false })).json
  }

  it("shows the release as a page, with everything in it escaped", async () => {
    await hub.release("v1", { draft: false, name: "<b>One</b>", body: "<script>alert(1)</script>" })
    const page = (await ask("GET", `${hub.github.url}/acme/app/releases/tag/v1`)).bytes.toString()
    expect(page).toContain("&#60;b&#62;One")
    expect(page).not.toMatch(/<script|<b>/)
  })
})
