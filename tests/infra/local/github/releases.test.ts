import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type LookAlike, startLookAlike } from "./look-alike.ts"

const releases = "/repos/acme/app/releases"

describe("releases of the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike({ tokens: { "local-token": "write", reader: "read", stranger: "none" } })
  })
  afterEach(() => hub.close())

  it("makes a draft that only writers see, and whose links promise nothing", async () => {
    const { api, release } = hub
    const draft = await release("v1.0.0.1", { name: "One", body: "Notes" })
    expect(draft).toMatchObject({ tag_name: "v1.0.0.1", draft: true, published_at: null, name: "One", body: "Notes" })
    expect(draft.html_url).toMatch(/\/acme\/app\/releases\/tag\/untagged-[0-9a-f]{20}$/)
    expect((await api("GET", `${releases}/tags/v1.0.0.1`)).status).toBe(404)
    expect((await api("GET", releases)).json).toHaveLength(1)
    expect((await api("GET", releases, undefined, "reader")).json).toEqual([])
    expect((await api("GET", `${releases}/${draft.id}`, undefined, "reader")).status).toBe(404)
    expect((await api("GET", "/repos/acme/app/git/ref/tags/v1.0.0.1")).status).toBe(404)
  })

  it("allows several drafts of one tag", async () => {
    await hub.release("v1")
    await hub.release("v1")
    expect(hub.github.releases("acme/app").map(({ tag, draft }) => [tag, draft])).toEqual([
      ["v1", true],
      ["v1", true],
    ])
  })

  it("publishes with draft: false alone, and creates the tag from the target", async () => {
    const { api, release, github } = hub
    const first = (await github.commits("acme/app"))[0]?.oid
    const { id } = await release("v1", { target_commitish: first })
    await github.pushFile("acme/app", "VERSION", "2\n", "next")
    const published = (await api("PATCH", `${releases}/${id}`, { draft: false })).json
    expect(published).toMatchObject({ tag_name: "v1", draft: false, immutable: false })
    expect(published.html_url).toMatch(/\/releases\/tag\/v1$/)
    expect((await api("GET", "/repos/acme/app/git/ref/tags/v1")).json.object.sha).toBe(first)
    expect((await api("GET", `${releases}/tags/v1`, undefined, "reader")).json.id).toBe(id)
    expect((await api("GET", `${releases}/latest`)).json.id).toBe(id)
  })

  it("takes the tag away from a draft that is changed without naming it", async () => {
    const { api, release } = hub
    const { id } = await release("v1")
    expect((await api("PATCH", `${releases}/${id}`, { name: "x" })).json.tag_name).toMatch(/^untagged-/)
    expect((await api("PATCH", `${releases}/${id}`, { name: "y", tag_name: "v1" })).json.tag_name).toBe("v1")
    expect((await api("PATCH", `${releases}/${id}`, { draft: true })).json.tag_name).toMatch(/^untagged-/)
  })

  it("un-publishes with draft: true", async () => {
    const { api, release } = hub
    const { id } = await release("v1", { draft: false })
    expect((await api("PATCH", `${releases}/${id}`, { draft: true, tag_name: "v1" })).json.draft).toBe(true)
    expect((await api("GET", `${releases}/tags/v1`)).status).toBe(404)
  })

  it("refuses a second published release of a tag", async () => {
    const { api, release } = hub
    await release("v1", { draft: false })
    const { id } = await release("v1")
    const refused = await api("PATCH", `${releases}/${id}`, { draft: false })
    expect(refused).toMatchObject({ status: 422, json: { message: "Validation Failed" } })
    expect(refused.json.errors).toEqual([{ resource: "Release", code: "already_exists", field: "tag_name" }])
    expect(hub.github.releases("acme/app").map(({ draft }) => draft)).toEqual([false, true])
  })

  it.each([
    ["a tag that git refuses", { tag_name: "v 1" }],
    ["a target that is not there", { tag_name: "v1", target_commitish: "nowhere" }],
    ["too long a body", { tag_name: "v1", body: "é".repeat(125_001) }],
  ])("refuses %s", async (_, fields) => {
    expect((await hub.api("POST", releases, fields)).status).toBe(422)
    expect(hub.github.releases("acme/app")).toEqual([])
  })

  it("cannot publish from an empty repository", async () => {
    await hub.github.createRepository("acme/empty")
    const refused = await hub.api("POST", "/repos/acme/empty/releases", { tag_name: "v1" })
    expect(refused).toMatchObject({ status: 422, json: { message: "Repository is empty." } })
  })

  it("takes a body of 125,000 characters", async () => {
    expect((await hub.api("POST", releases, { tag_name: "v1", body: "é".repeat(125_000) })).status).toBe(201)
  })

  it("lists newest first, in pages", async () => {
    for (let index = 1; index <= 5; index++) await hub.release(`v${index}`)
    const second = await hub.api("GET", `${releases}?per_page=2&page=2`)
    expect(second.json.map((one: { tag_name: string }) => one.tag_name)).toEqual(["v3", "v2"])
    const links = String(second.headers.link)
    expect(links).toContain(`<${hub.github.url}${releases}?per_page=2&page=3>; rel="next"`)
    expect([...links.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)).toEqual(["prev", "first", "next", "last"])
  })

  it("lets lists lag behind while they are frozen", async () => {
    const { github, api, release } = hub
    const { id } = await release("v1")
    github.freezeLists("acme/app")
    await api("PATCH", `${releases}/${id}`, { draft: false })
    await release("v2")
    const lagging = (await api("GET", releases)).json
    expect(lagging.map((one: { tag_name: string; draft: boolean }) => [one.tag_name, one.draft])).toEqual([
      ["v1", true],
    ])
    expect((await api("GET", `${releases}/${id}`)).json.draft).toBe(false)
    github.thawLists("acme/app")
    expect((await api("GET", releases)).json).toHaveLength(2)
  })

  it("deletes a release and leaves its tag", async () => {
    const { api, release } = hub
    const { id } = await release("v1", { draft: false })
    expect((await api("DELETE", `${releases}/${id}`)).status).toBe(204)
    expect((await api("GET", `${releases}/${id}`)).status).toBe(404)
    expect((await api("GET", "/repos/acme/app/git/ref/tags/v1")).status).toBe(200)
    expect((await api("POST", releases, { tag_name: "v1" })).status).toBe(201)
  })

  it("knows which release is the latest", async () => {
    const { api, release } = hub
    const one = await release("v1", { draft: false })
    await release("v2", { draft: false, make_latest: "false" })
    await release("v3", { draft: false, prerelease: true })
    expect((await api("GET", `${releases}/latest`)).json.id).toBe(one.id)
    const four = await release("v4", { draft: false })
    expect((await api("GET", `${releases}/latest`)).json.id).toBe(four.id)
  })
})

describe("immutable releases of the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike({ repository: { immutableReleases: true } })
  })
  afterEach(() => hub.close())

  it("says whether the repository makes releases immutable, with 404 for no", async () => {
    const { api, github } = hub
    expect((await api("GET", "/repos/acme/app/immutable-releases")).json).toEqual({
      enabled: true,
      enforced_by_owner: false,
    })
    github.configure("acme/app", { immutableReleases: false })
    expect((await api("GET", "/repos/acme/app/immutable-releases")).status).toBe(404)
  })

  it("locks assets and tag at publish, and leaves title and notes open", async () => {
    const { api, release, upload } = hub
    const draft = await release("v1")
    const asset = (await upload(draft, "a.dmg", { body: "bytes" })).json
    expect((await api("PATCH", `${releases}/${draft.id}`, { draft: false })).json).toMatchObject({
      draft: false,
      immutable: true,
    })
    const late = await upload(draft, "b.dmg", { body: "bytes" })
    expect(late).toMatchObject({ status: 422, json: { message: "Cannot upload assets to an immutable release." } })
    expect((await api("DELETE", `${releases}/assets/${asset.id}`)).status).toBe(422)
    expect((await api("PATCH", `${releases}/${draft.id}`, { tag_name: "v2" })).status).toBe(422)
    expect((await api("PATCH", `${releases}/${draft.id}`, { draft: true, tag_name: "v1" })).status).toBe(422)
    expect((await api("PATCH", `${releases}/${draft.id}`, { body: "better" })).json).toMatchObject({
      body: "better",
      tag_name: "v1",
    })
  })

  it("burns the tag for ever, also when the release is deleted and the server starts again", async () => {
    const { api, release, directory } = hub
    const { id } = await release("v1", { draft: false })
    expect((await api("DELETE", `${releases}/${id}`)).status).toBe(204)
    expect(hub.github.releases("acme/app")).toEqual([])
    await hub.github.close()
    const again = await startLookAlike({ directory })
    const draft = await again.release("v1")
    const refused = await again.api("PATCH", `${releases}/${draft.id}`, { draft: false })
    expect(refused.status).toBe(422)
    expect(refused.json.errors[0].message).toBe("tag_name was used by an immutable release")
    await again.close()
  })
})
