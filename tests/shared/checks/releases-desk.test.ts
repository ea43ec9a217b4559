import { readFile, writeFile } from "node:fs/promises"
import { afterEach, describe, expect, it } from "vitest"
import type { CheckId } from "../../../shared/checks/check.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, MANIFEST, openDesk, TOKEN, WORKSPACE } from "../../world.ts"
import { lookAt, type Manifest, releasedDesk, spoil, told } from "./check-desk.ts"

const IDS: readonly CheckId[] = ["github", "release", "assets", "manifest", "versions"]

let desk: Desk
afterEach(() => desk.close())

describe("the checks of what is released", () => {
  it("pass after a release", async () => {
    desk = await releasedDesk()
    const results = await lookAt(desk, IDS)
    expect(results.map(({ findings }) => findings.map(({ message }) => message))).toEqual([
      [expect.stringMatching(/may write to acme\/app_releases and acme\/app$/)],
      ["v1.6.1.44 is public with 4 files, and immutable"],
      ["4 files of v1.6.1.44 agree in size and digest"],
      ["it offers 1.6.1.44"],
      ["VERSION names 1.6.1.44; no other version points are configured"],
    ])
  })

  it("warn while nothing is released yet", async () => {
    desk = await openDesk()
    expect(told(await lookAt(desk, IDS))).toEqual([
      "pass",
      "warn RELEASE_MISSING",
      "skip",
      "warn RELEASE_MISSING",
      "pass",
    ])
  })

  it("warn while VERSION is ahead of what is released", async () => {
    desk = await releasedDesk()
    await desk.github.pushFile(WORKSPACE, "VERSION", "1.6.1.45\n", "next")
    expect(told(await lookAt(desk, IDS))).toEqual([
      "pass",
      "warn RELEASE_MISSING",
      "pass",
      "warn RELEASE_MISSING",
      "pass",
    ])
  })

  it("say what is wrong with VERSION, and still look at what is offered", async () => {
    desk = await releasedDesk()
    await desk.github.pushFile(WORKSPACE, "VERSION", "1.6.1.44\r\n", "from Windows")
    const unreadable = "fail VERSION_UNREADABLE"
    expect(told(await lookAt(desk, IDS))).toEqual(["pass", unreadable, "pass", unreadable, unreadable])
  })

  it("say which version point cannot be read, and still look at what is offered", async () => {
    desk = await releasedDesk()
    await desk.github.pushFile(WORKSPACE, "docs/GUIDE.md", "1.6.1.44\0", "no text")
    const versionPoints = [{ file: "**/GUIDE.md", format: "text" as const, optional: false }]
    const results = await lookAt(desk, IDS, { world: { versionPoints } })
    expect(told(results)).toEqual(["pass", "pass", "pass", "pass", "fail FILE_UNREADABLE"])
    expect(results.at(-1)?.findings[0]?.message).toContain("docs/GUIDE.md")
  })

  const elsewhere = "https://elsewhere.example/acme/app_releases/releases/download/v1.6.1.44/App.dmg"
  const differs = { assets: "fail ASSET_DIFFERS", manifest: "fail MANIFEST_DIFFERS" }

  it.each<[incident: string, change: (manifest: Manifest) => void, expected: { assets?: string; manifest?: string }]>([
    ["1: endless updates", (it) => Object.assign(it, { build: "1001" }), { manifest: differs.manifest }],
    ["2: the size of another file", ({ artifact }) => artifact.size--, { assets: differs.assets }],
    [
      "3: the digest of another file",
      (it) => Object.assign(it.artifact, { sha256: "ab".repeat(32) }),
      { assets: differs.assets },
    ],
    [
      "5: the feed for the file",
      (it) => Object.assign(it.artifact, { url: "https://app.example/appcast.xml", type: "txt", size: 33 }),
      { assets: differs.assets, manifest: "fail MANIFEST_INVALID" },
    ],
    ["7: another tag in the URL", (it) => replace(it, "v1.6.1.44", "v1.6.1.43"), differs],
    ["21: another repository in the URL", (it) => replace(it, "app_releases", "app"), differs],
    ["21: another path in the URL", (it) => replace(it, "App.dmg", "old/App.dmg"), differs],
    ["21: another host in the URL", (it) => Object.assign(it.artifact, { url: elsewhere }), differs],
    [
      "21: the notes of another release",
      (it) => Object.assign(it, { notes_url: it.notes_url.replace("v1.6.1.44", "v1.6.1.43") }),
      { manifest: "warn MANIFEST_DIFFERS" },
    ],
    [
      "24: a deploy that put an old manifest back",
      (it) => Object.assign(it, { version: "1.6.1.43", build: "1.6.1.43" }),
      { assets: "fail RELEASE_MISSING", manifest: "fail MANIFEST_DIFFERS MANIFEST_DIFFERS MANIFEST_DIFFERS" },
    ],
  ])("catch incident %s", async (_incident, change, { assets = "pass", manifest = "pass" }) => {
    desk = await releasedDesk()
    await spoil(desk, change)
    expect(told(await lookAt(desk, ["release", "assets", "manifest"]))).toEqual(["pass", assets, manifest])
  })

  it("catch incident 9: a manifest that was never pushed", async () => {
    desk = await openDesk({ manifest: "" })
    await desk.dropAll("v1.6.1.44", await sampleFiles())
    await desk.run({ tag: "v1.6.1.44" })
    await desk.github.pushFile(WORKSPACE, MANIFEST, "", "as if nothing had been released")
    expect(told(await lookAt(desk, IDS))).toEqual(["pass", "pass", "skip", "fail MANIFEST_DIFFERS", "pass"])
  })

  it("catch incident 12: a version point that was left behind", async () => {
    desk = await releasedDesk()
    await desk.github.pushFile(WORKSPACE, "config.env", "SERVER_VERSION=1.0.3\n", "long ago")
    const point = { file: "config.env", format: "env" as const, path: "SERVER_VERSION", optional: false }
    const [result] = await lookAt(desk, ["versions"], { world: { versionPoints: [point] } })
    expect(result?.findings).toMatchObject([
      { code: "VERSION_POINT_DIFFERS", message: 'config.env:1 says "1.0.3", expected 1.6.1.44' },
    ])
  })

  it("see what anybody downloads, which may not be what GitHub's API says", async () => {
    desk = await releasedDesk()
    const sums = desk.github.releases(ASSETS)[0]?.assets.find(({ name }) => name === "SHA256SUMS")
    if (!sums) throw new Error("there are no sums")
    const path = desk.github.assetPath(ASSETS, sums)
    const text = await readFile(path, "utf8")
    await writeFile(path, text.replace(/^./, text.startsWith("0") ? "1" : "0"))
    expect(told(await lookAt(desk, IDS))).toEqual(["pass", "pass", "fail ASSET_DIFFERS ASSET_DIFFERS", "pass", "pass"])
  })

  it("take an outage of the downloads for no fault of the release", async () => {
    desk = await releasedDesk()
    desk.github.setIntercept(({ operation }) =>
      operation === "web/download" ? { kind: "status", status: 503 } : undefined,
    )
    expect(told(await lookAt(desk, ["assets"]))).toEqual(["fail GITHUB_FAILED"])
    desk.github.setIntercept(({ operation }) => (operation === "web/download" ? { kind: "refuse-before" } : undefined))
    expect(told(await lookAt(desk, ["assets"]))).toEqual(["fail GITHUB_UNREACHABLE"])
  })

  it("see that nobody can download from a private repository", async () => {
    desk = await releasedDesk()
    desk.github.configure(ASSETS, { private: true })
    expect(told(await lookAt(desk, ["release", "assets"]))).toEqual(["pass", "fail RELEASE_INCOMPLETE"])
  })

  it("see that a release can be changed where none may be", async () => {
    desk = await releasedDesk({ immutable: false })
    expect(told(await lookAt(desk, ["release"]))).toEqual(["pass"])
    desk.github.configure(ASSETS, { immutableReleases: true })
    expect(told(await lookAt(desk, ["release"]))).toEqual(["fail RELEASE_MUTABLE"])
  })

  it("want a digest of every file", async () => {
    desk = await releasedDesk()
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/get-release-by-tag" ? { kind: "no-digest" } : undefined,
    )
    const missing = (files: number) => ["fail", ...Array(files).fill("DIGEST_MISSING")].join(" ")
    expect(told(await lookAt(desk, ["release", "assets"]))).toEqual([missing(4), missing(4)])
  })
})

describe("the check of GitHub", () => {
  it.each<[what: string, token: string, expected: string]>([
    ["may write", TOKEN, "pass"],
    ["may only read", "reader", "fail GITHUB_FORBIDDEN GITHUB_FORBIDDEN"],
    ["is none (incident 18)", "expired", "fail GITHUB_UNAUTHORIZED"],
  ])("says whether a token %s", async (_what, token, expected) => {
    desk = await openDesk({ github: { tokens: { [TOKEN]: "write", reader: "read" } } })
    expect(told(await lookAt(desk, ["github"], { token }))).toEqual([expected])
  })

  it("says when the requests of the hour run short, and when none is left", async () => {
    desk = await openDesk({ github: { rateLimit: 100 } })
    const ends: string[] = []
    for (let looks = 0; looks < 25; looks++) ends.push(...told(await lookAt(desk, ["github"])))
    expect([...new Set(ends)]).toEqual(["pass", "warn GITHUB_RATE_LIMITED", "fail GITHUB_RATE_LIMITED"])
  })
})

function replace({ artifact }: Manifest, from: string, to: string): void {
  artifact.url = artifact.url.replace(from, to)
}
