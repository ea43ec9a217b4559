import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type LookAlike, startLookAlike } from "./look-alike.ts"

const issues = "/repos/acme/app/issues"

describe("issues of the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike({ tokens: { "local-token": "write", reader: "read" } })
  })
  afterEach(() => hub.close())

  const create = async (title: string) => (await hub.api("POST", issues, { title, body: `About ${title}.` })).json
  const titles = async (query: string) =>
    (await hub.api("GET", `${issues}${query}`)).json.map(({ title }: { title: string }) => title)

  it("are numbered from 1, and shown as they were made", async () => {
    expect(await create("one")).toMatchObject({ number: 1, state: "open", body: "About one.", comments: 0 })
    expect((await create("two")).number).toBe(2)
    expect((await hub.api("GET", `${issues}/2`)).json).toMatchObject({ title: "two", closed_at: null })
    expect((await hub.api("GET", `${issues}/3`)).status).toBe(404)
  })

  it("are listed newest first, the open ones unless more is asked for, and in pages", async () => {
    for (const title of ["one", "two", "three"]) await create(title)
    await hub.api("PATCH", `${issues}/2`, { state: "closed" })
    expect(await titles("")).toEqual(["three", "one"])
    expect(await titles("?state=closed")).toEqual(["two"])
    expect(await titles("?state=all&per_page=2&page=2")).toEqual(["one"])
    expect((await hub.api("GET", `${issues}?per_page=1`)).headers.link).toContain('rel="next"')
  })

  it("are closed and opened again, and know since when", async () => {
    await create("one")
    const { closed_at } = (await hub.api("PATCH", `${issues}/1`, { state: "closed" })).json
    expect(closed_at).toEqual(expect.any(String))
    expect((await hub.api("PATCH", `${issues}/1`, { state: "closed" })).json.closed_at).toBe(closed_at)
    expect((await hub.api("PATCH", `${issues}/1`, { state: "open" })).json).toMatchObject({ closed_at: null })
  })

  it("take comments, oldest first", async () => {
    await create("one")
    for (const body of ["first", "second"]) await hub.api("POST", `${issues}/1/comments`, { body })
    const comments = (await hub.api("GET", `${issues}/1/comments`)).json
    expect(comments.map(({ body }: { body: string }) => body)).toEqual(["first", "second"])
    expect((await hub.api("GET", `${issues}/1`)).json.comments).toBe(2)
  })

  it.each([
    ["a text", issues, { title: "x", body: "x".repeat(65_537) }],
    ["a comment", `${issues}/1/comments`, { body: "x".repeat(65_537) }],
  ])("refuse %s that is too long", async (_, path, body) => {
    await create("one")
    expect((await hub.api("POST", path, body)).status).toBe(422)
    expect(hub.github.issues("acme/app")).toMatchObject([{ comments: [] }])
  })

  it.each([
    ["POST", issues, { title: "x" }],
    ["PATCH", `${issues}/1`, { state: "closed" }],
    ["POST", `${issues}/1/comments`, { body: "x" }],
  ])("are changed by nobody who may only read: %s %s", async (method, path, body) => {
    await create("one")
    expect((await hub.api(method, path, body, "reader")).status).toBe(403)
    expect((await hub.api(method, path, body, "")).status).toBe(401)
    expect((await hub.api("GET", `${issues}/1`, undefined, "reader")).status).toBe(200)
    expect(hub.github.issues("acme/app")).toMatchObject([{ title: "one", state: "open", comments: [] }])
  })

  it("are gone for good once deleted, and so is their number", async () => {
    await create("one")
    await hub.github.deleteIssue("acme/app", 1)
    const asked = [
      hub.api("GET", `${issues}/1`),
      hub.api("PATCH", `${issues}/1`, { state: "closed" }),
      hub.api("GET", `${issues}/1/comments`),
      hub.api("POST", `${issues}/1/comments`, { body: "x" }),
    ]
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([410, 410, 410, 410])
    expect(await titles("?state=all")).toEqual([])
    expect((await create("two")).number).toBe(2)
  })

  it("outlive a restart", async () => {
    await create("one")
    await create("two")
    await hub.api("POST", `${issues}/2/comments`, { body: "first" })
    await hub.github.deleteIssue("acme/app", 1)
    const before = hub.github.issues("acme/app")
    await hub.github.close()
    const again = await startLookAlike({ directory: hub.directory })
    expect(again.github.issues("acme/app")).toEqual(before)
    expect((await again.api("POST", issues, { title: "three" })).json.number).toBe(3)
    await again.close()
  })
})
