import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Fault, Github } from "../../../../infra/local/github/index.ts"
import type { GithubClient } from "../../../../shared/adapters/github/client.ts"
import { githubReleases } from "../../../../shared/adapters/github/releases.ts"
import type { Releases } from "../../../../shared/ports/releases.ts"
import { start, token } from "./start.ts"

const text = { title: "Nexy", body: "What is new." }
const bytes = Buffer.alloc(200_000, "slipway")
const image = { name: "Nexy.dmg", sizeBytes: bytes.length, contentType: "application/x-apple-diskimage" }

async function* inPieces() {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

describe("github releases", () => {
  let server: Awaited<ReturnType<typeof start>>
  let github: Github
  let client: GithubClient
  let releases: Releases
  let repository: string
  let count = 0

  beforeAll(async () => {
    server = await start({ tokens: { [token]: "write", reader: "read" } })
    github = server.github
    client = await server.connect()
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    repository = `acme/releases${++count}`
    await github.createRepository(repository, { files: { "README.md": "Releases.\n" } })
    releases = githubReleases(client, repository, { looks: 3, pauseMs: 1 })
    github.setIntercept(undefined)
  })

  const draftOf = (tag: string) => releases.createDraft({ tag, ...text })
  const callsOf = (operation: string) => github.calls.filter((call) => call.operation === operation).length
  const failFirst = (operation: string, fault: Parameters<typeof github.setIntercept>[0]) => {
    let done = false
    github.setIntercept((attempt) => {
      if (done || attempt.operation !== operation) return undefined
      done = true
      return fault?.(attempt)
    })
  }

  it("tells an absent repository from an absent release", async () => {
    const absent = () => githubReleases(client, "acme/nowhere")
    for (const look of [
      () => absent().published("v1.0.0.0"),
      () => absent().drafts("v1.0.0.0"),
      () => absent().get(1),
      () => absent().immutable(),
      () => absent().createDraft({ tag: "v1.0.0.0", ...text }),
    ])
      await expect(look()).rejects.toMatchObject({ code: "GITHUB_NOT_FOUND" })
  })

  it("observes a published release with one call", async () => {
    await releases.publish(await draftOf("v1.0.0.0"), text)
    const before = github.calls.length
    expect(await releases.published("v1.0.0.0")).toMatchObject({ draft: false })
    expect(github.calls.length - before).toBe(1)
  })

  it("writes nothing with credentials that may only read", async () => {
    const draft = await draftOf("v1.0.0.0")
    const readonly = githubReleases(await server.connect({ auth: { token: () => "reader" } }), repository)
    const create = readonly.createDraft({ tag: "v1.0.0.1", ...text })
    await expect(create).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    await expect(readonly.upload(draft, image, inPieces)).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    await expect(readonly.publish(draft, text)).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    expect(github.releases(repository)).toMatchObject([{ tag: "v1.0.0.0", draft: true, assets: [] }])
  })

  it("finds a remembered draft while the list lags", async () => {
    github.freezeLists(repository)
    const draft = await draftOf("v1.0.0.0")
    expect(await releases.drafts("v1.0.0.0")).toEqual([])
    expect(await releases.drafts("v1.0.0.0", draft.id)).toMatchObject([{ id: draft.id }])
  })

  it("adopts the draft whose answer was lost, also when the list shows it late", async () => {
    github.freezeLists(repository)
    let lists = 0
    github.setIntercept(({ operation }) => {
      if (operation === "repos/list-releases" && ++lists === 2) github.thawLists(repository)
      return operation === "repos/create-release" ? { kind: "lose-answer" } : undefined
    })
    const draft = await draftOf("v1.0.0.0")
    expect(github.releases(repository).map(({ id }) => id)).toEqual([draft.id])
  })

  it("does not page through years of releases to find a draft", async () => {
    const old = Array.from({ length: 220 }, async (_, version) =>
      releases.publish(await draftOf(`v1.0.0.${version}`), text),
    )
    await Promise.all(old)
    const draft = await draftOf("v1.0.1.0")
    const before = github.calls.length
    expect(await releases.drafts("v1.0.1.0")).toMatchObject([{ id: draft.id }])
    expect(github.calls.slice(before).map(({ query }) => query)).toEqual(["per_page=100&page=1", "per_page=100&page=2"])
    expect(await releases.drafts("v1.0.0.0")).toEqual([])
  })

  it("publishes under the tag the draft was made for, as the latest release", async () => {
    const release = await releases.publish(await draftOf("v1.0.0.0"), { title: "Nexy 1.0.0.0", body: "Final." })
    expect(release.url).toBe(`${github.url}/${repository}/releases/tag/v1.0.0.0`)
    expect(github.releases(repository)).toMatchObject([{ tag: "v1.0.0.0", name: "Nexy 1.0.0.0", body: "Final." }])
    const { data } = await client.rest(repository, "GET /repos/{owner}/{repo}/releases/latest")
    expect(data).toMatchObject({ id: release.id })
  })

  it("says when a tag is burned", async () => {
    github.configure(repository, { immutableReleases: true })
    const release = await releases.publish(await draftOf("v1.0.0.0"), text)
    await client.rest(repository, "DELETE /repos/{owner}/{repo}/releases/{release_id}", { release_id: release.id })
    const draft = await draftOf("v1.0.0.0")
    await expect(releases.publish(draft, text)).rejects.toMatchObject({ code: "TAG_BURNED" })
    expect(await releases.published("v1.0.0.0")).toBeUndefined()
  })

  it("does not call a tag burned that another run has just published", async () => {
    github.configure(repository, { immutableReleases: true })
    const [one, other] = [await draftOf("v1.0.0.0"), await draftOf("v1.0.0.0")]
    await releases.publish(one, text)
    await expect(releases.publish(other, text)).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
  })

  it("repeats the reason when a rule of the repository forbids the tag", async () => {
    const draft = await draftOf("v1.0.0.0")
    const body = { message: "Validation Failed", errors: [{ message: "Published releases must have a valid tag" }] }
    failFirst("repos/update-release", () => ({ kind: "status", status: 422, body }))
    const refusal = { code: "GITHUB_REFUSED", message: expect.stringContaining("must have a valid tag") }
    await expect(releases.publish(draft, text)).rejects.toMatchObject(refusal)
  })

  it("replaces what an upload of an earlier run left unfinished", async () => {
    const draft = await draftOf("v1.0.0.0")
    github.setIntercept(({ operation }) =>
      operation.startsWith("repos/delete") || operation === "repos/upload-release-asset"
        ? { kind: "starter" }
        : undefined,
    )
    await expect(releases.upload(draft, image, inPieces)).rejects.toThrow()
    github.setIntercept(undefined)
    await releases.upload(draft, image, inPieces)
    expect(github.releases(repository)[0]?.assets).toMatchObject([{ name: "Nexy.dmg", state: "uploaded" }])
  })

  it("takes a whole asset that is there already instead of sending it again", async () => {
    const draft = await draftOf("v1.0.0.0")
    const first = await releases.upload(draft, image, inPieces)
    const second = await releases.upload(draft, image, inPieces)
    expect(second).toEqual(first)
  })

  it("takes the early end of a refused upload for what it is", async () => {
    const draft = await draftOf("v1.0.0.0")
    const first = await releases.upload(draft, image, inPieces)
    const errors = [{ resource: "ReleaseAsset", code: "already_exists", field: "name" }]
    failFirst("repos/upload-release-asset", () => ({
      kind: "status",
      status: 422,
      cut: true,
      body: { message: "Validation Failed", errors },
    }))
    expect(await releases.upload(draft, image, inPieces)).toEqual(first)
  })

  it("takes what it sent of a bad file out of the draft again", async () => {
    const draft = await draftOf("v1.0.0.0")
    const upload = releases.upload(draft, image, async function* () {
      yield* inPieces()
      await expect.poll(() => github.releases(repository)[0]?.assets).toMatchObject([{ state: "starter" }])
      throw new Error("no koly trailer")
    })
    await expect(upload).rejects.toThrow("no koly trailer")
    expect(github.releases(repository)[0]?.assets).toEqual([])
  })

  it("sends only once what GitHub refuses although no asset is in the way", async () => {
    const draft = await draftOf("v1.0.0.0")
    const before = callsOf("repos/upload-release-asset")
    github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" ? { kind: "status", status: 422 } : undefined,
    )
    await expect(releases.upload(draft, image, inPieces)).rejects.toMatchObject({ code: "GITHUB_REFUSED" })
    expect(callsOf("repos/upload-release-asset") - before).toBe(1)
  })

  it("is not stopped by what a broken attempt left behind and the list shows late", async () => {
    const draft = await draftOf("v1.0.0.0")
    const once = new Map<string, Fault>([
      ["repos/upload-release-asset", { kind: "starter" }],
      ["repos/list-release-assets", { kind: "status", status: 200, body: [] }],
    ])
    github.setIntercept(({ operation }) => {
      const fault = once.get(operation)
      once.delete(operation)
      return fault
    })
    await releases.upload(draft, image, inPieces)
    expect(github.releases(repository)[0]?.assets).toMatchObject([{ name: "Nexy.dmg", state: "uploaded" }])
  })

  it("hears a refusal that comes while it is still sending", async () => {
    const draft = await draftOf("v1.0.0.0")
    failFirst("repos/upload-release-asset", () => ({ kind: "status", status: 403 }))
    const chunk = Buffer.alloc(1 << 20)
    let sent = 0
    const upload = releases.upload(draft, { ...image, sizeBytes: 500 * chunk.length }, async function* () {
      for (; sent < 500; sent++) yield chunk
    })
    await expect(upload).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    expect(sent).toBeLessThan(400)
  })

  it("opens a new stream for every attempt", async () => {
    const draft = await draftOf("v1.0.0.0")
    failFirst("repos/upload-release-asset", () => ({ kind: "starter" }))
    let opened = 0
    await releases.upload(draft, image, () => {
      opened++
      return inPieces()
    })
    expect(opened).toBe(2)
  })

  it("leaves what lies there alone when it is called off", async () => {
    const draft = await draftOf("v1.0.0.0")
    const stop = new AbortController()
    failFirst("repos/upload-release-asset", () => {
      stop.abort(new Error("lease lost"))
      return { kind: "starter" }
    })
    const before = callsOf("repos/delete-release-asset")
    await expect(releases.upload(draft, image, inPieces, stop.signal)).rejects.toThrow("lease lost")
    expect(callsOf("repos/delete-release-asset")).toBe(before)
  })

  it("waits for a digest that is not known yet, but not for ever", async () => {
    const draft = await draftOf("v1.0.0.0")
    failFirst("repos/upload-release-asset", () => ({ kind: "no-digest" }))
    expect(await releases.upload(draft, image, inPieces)).toMatchObject({ digest: expect.stringMatching(/^sha256:/) })
    github.setIntercept(() => ({ kind: "no-digest" }))
    const late = releases.upload(draft, { ...image, name: "late.dmg" }, inPieces)
    await expect(late).rejects.toMatchObject({ code: "DIGEST_MISSING" })
  })

  it("answers the digest of what arrived, not of what was sent", async () => {
    const draft = await draftOf("v1.0.0.0")
    const good = await releases.upload(draft, image, inPieces)
    failFirst("repos/upload-release-asset", () => ({ kind: "corrupt" }))
    const bad = await releases.upload(draft, { ...image, name: "Nexy.pkg" }, inPieces)
    expect(bad.digest).not.toBe(good.digest)
  })

  it("refuses a name that GitHub would change, and leaves nothing under the other name", async () => {
    const draft = await draftOf("v1.0.0.0")
    const odd = releases.upload(draft, { ...image, name: "Nexy Setup.dmg" }, inPieces)
    await expect(odd).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message: "GitHub stores Nexy Setup.dmg as Nexy.Setup.dmg",
    })
    expect(github.releases(repository)[0]?.assets).toEqual([])
  })

  it("promises the download address before the release is public", () => {
    expect(releases.downloadUrl("v1.0.0.0", "Nexy (beta).dmg")).toBe(
      `${github.url}/${repository}/releases/download/v1.0.0.0/Nexy%20(beta).dmg`,
    )
  })
})
