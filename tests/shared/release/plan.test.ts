import { describe, expect, it } from "vitest"
import type { ProblemCode } from "../../../shared/problem.ts"
import type { Observed } from "../../../shared/release/observe.ts"
import { plan } from "../../../shared/release/plan.ts"
import { SUMS_NAME } from "../../../shared/release/sums.ts"
import {
  allAssets,
  allKnown,
  artifact,
  asset,
  BYTES,
  draft,
  inspected,
  known,
  manifest,
  NOW,
  observed,
  release,
  SPECS,
  sumsAsset,
  TAG,
} from "./observed.ts"

/** The steps in short: `upload App.dmg`, `publish`. */
function stepsOf(given: Observed): string[] {
  return plan(given).steps.map((step) => ("name" in step ? `${step.kind} ${step.name}` : step.kind))
}

const INSPECT = ["inspect App.dmg", "inspect App.pkg", "inspect NOTES.md"]
const UPLOADS = ["upload App.dmg", "upload App.pkg", "upload NOTES.md"]
const ARCHIVE = ["archive App.dmg", "archive App.pkg", "archive NOTES.md"]
const AFTER = ["commit-manifest", ...ARCHIVE, "complete"]
const offered = manifest("1.6.1.44")
const workspace = { head: "c0ffee", version: "1.6.1.44\n", manifest: manifest() }
const sameInManifest = manifest("1.6.1.43", {
  artifact: { type: "dmg", url: "https://elsewhere/App.dmg", size: 10, sha256: known("App.dmg").digest?.slice(7) },
})
const sameBefore = release({ tag: "v1.6.1.43", assets: [asset("App.dmg"), asset("App.pkg")] })
const otherBefore = release({ tag: "v1.6.1.43", assets: [asset("App.dmg", { bytes: "another one of them" })] })
const equalSizeBefore = release({ tag: "v1.6.1.43", assets: [asset("App.dmg", { bytes: "DISK IMAGE" })] })

describe("plan", () => {
  // Each line of the publishing policy, and each way a run may have been cut off.
  it.each<[string, Observed, string[]]>([
    ["looks at a fresh batch before it changes anything", observed(), INSPECT],
    ["makes a draft and sends everything at once", observed({ artifacts: inspected() }), ["create-draft", ...UPLOADS]],
    [
      "plans the whole way once every digest is known",
      observed({ artifacts: allKnown() }),
      ["create-draft", ...UPLOADS, "upload-sums", "publish", ...AFTER],
    ],
    [
      "hashes everything first in a dry run",
      observed({ hashAll: true }),
      ["hash App.dmg", "hash App.pkg", "inspect NOTES.md"],
    ],
    [
      "adopts an empty draft that a cut-off run left",
      observed({ artifacts: inspected(), drafts: [draft({ assets: [] })] }),
      UPLOADS,
    ],
    [
      "hashes what may have arrived in the draft already",
      observed({ artifacts: inspected(), drafts: [draft({ assets: [asset("App.dmg")] })] }),
      ["hash App.dmg"],
    ],
    [
      "sends only what the draft lacks",
      observed({
        artifacts: [known("App.dmg"), ...inspected().slice(1)],
        drafts: [draft({ assets: [asset("App.dmg")] })],
      }),
      ["upload App.pkg", "upload NOTES.md"],
    ],
    [
      "replaces an asset whose upload never finished",
      observed({
        artifacts: allKnown(),
        drafts: [
          draft({ assets: [asset("App.dmg", { state: "starter" }), asset("App.pkg"), asset("NOTES.md"), sumsAsset()] }),
        ],
      }),
      ["delete-asset App.dmg", "upload App.dmg", "publish", ...AFTER],
    ],
    [
      "replaces a draft's asset that differs in bytes",
      observed({
        artifacts: allKnown(),
        drafts: [draft({ assets: [asset("App.dmg", { bytes: "DISK IMAGE" }), ...allAssets().slice(1)] })],
      }),
      ["delete-asset App.dmg", "upload App.dmg", "publish", ...AFTER],
    ],
    [
      "replaces a draft's asset that differs in size, without hashing for it",
      observed({ artifacts: inspected(), drafts: [draft({ assets: [asset("App.dmg", { bytes: "half" })] })] }),
      ["delete-asset App.dmg", ...UPLOADS],
    ],
    [
      "takes out of the draft what is not in the batch",
      observed({
        artifacts: [known("App.dmg"), known("NOTES.md")],
        request: { asked: true },
        drafts: [draft({ assets: [asset("App.dmg"), asset("App.pkg"), asset("NOTES.md")] })],
      }),
      [
        "delete-asset App.pkg",
        "upload-sums",
        "publish",
        "commit-manifest",
        "archive App.dmg",
        "archive NOTES.md",
        "complete",
      ],
    ],
    [
      "sends the sums when the run was cut off before them",
      observed({ artifacts: allKnown(), drafts: [draft({ assets: allAssets().slice(0, 3) })] }),
      ["upload-sums", "publish", ...AFTER],
    ],
    [
      "replaces sums of another batch",
      observed({
        artifacts: allKnown(),
        drafts: [draft({ assets: [...allAssets().slice(0, 3), asset(SUMS_NAME, { bytes: "old" })] })],
      }),
      [`delete-asset ${SUMS_NAME}`, "upload-sums", "publish", ...AFTER],
    ],
    ["publishes a draft that is whole", observed({ artifacts: allKnown(), drafts: [draft()] }), ["publish", ...AFTER]],
    [
      "discards a second draft of the tag",
      observed({ artifacts: allKnown(), drafts: [draft(), draft({ id: 8, assets: [] })] }),
      ["discard-draft", "publish", ...AFTER],
    ],
    [
      "leaves a second draft alone that holds files of somebody else",
      observed({ artifacts: allKnown(), drafts: [draft(), draft({ id: 8, assets: [asset("theirs.zip")] })] }),
      ["publish", ...AFTER],
    ],
    [
      "commits and archives when the run was cut off after publishing",
      observed({ artifacts: allKnown(), published: release(), publishedHere: true }),
      AFTER,
    ],
    [
      "archives when the run was cut off after the commit",
      observed({
        artifacts: allKnown(),
        published: release(),
        publishedHere: true,
        workspace: { ...workspace, manifest: offered },
      }),
      [...ARCHIVE, "complete"],
    ],
    [
      "archives the rest when the run was cut off in the middle of it",
      observed({
        artifacts: [known("App.pkg")],
        published: release(),
        publishedHere: true,
        workspace: { ...workspace, manifest: offered },
      }),
      ["archive App.pkg", "complete"],
    ],
    [
      "completes the record when the run was cut off after the archive",
      observed({
        artifacts: [],
        recorded: true,
        publishedHere: true,
        published: release(),
        workspace: { ...workspace, manifest: offered },
      }),
      ["complete"],
    ],
    [
      "plans nothing for a finished batch",
      observed({
        artifacts: [],
        recorded: true,
        complete: true,
        published: release(),
        workspace: { ...workspace, manifest: offered },
      }),
      [],
    ],
    [
      "leaves a person's folder as it is",
      observed({
        artifacts: allKnown(),
        published: release(),
        policy: { ...observed().policy, keepInbox: true },
        complete: true,
        publishedHere: true,
        workspace: { ...workspace, manifest: offered },
      }),
      [],
    ],
    [
      "hashes a batch whose tag is public, to compare it",
      observed({ published: release() }),
      ["hash App.dmg", "hash App.pkg", "hash NOTES.md"],
    ],
    [
      "archives a batch dropped in again with the same bytes",
      observed({
        artifacts: allKnown(),
        published: release(),
        complete: true,
        publishedHere: true,
        workspace: { ...workspace, manifest: offered },
      }),
      ARCHIVE,
    ],
    [
      "archives the same bytes of an older release and leaves the newer manifest",
      observed({
        artifacts: allKnown(),
        published: release(),
        workspace: { ...workspace, version: "1.6.1.50\n", manifest: manifest("1.6.1.50") },
      }),
      ["adopt", ...ARCHIVE, "complete"],
    ],
    [
      "repairs a manifest that states other bytes than the release",
      observed({
        artifacts: [],
        recorded: true,
        complete: true,
        publishedHere: true,
        published: release(),
        workspace: { ...workspace, manifest: manifest("1.6.1.44", { artifact: { size: 33, type: "txt" } }) },
      }),
      ["commit-manifest"],
    ],
    [
      "sends what a mutable release lacks",
      observed({
        artifacts: allKnown(),
        published: release({ immutable: false, assets: allAssets().filter(({ name }) => name !== "App.pkg") }),
      }),
      ["upload App.pkg"],
    ],
    [
      "sends the sums that a mutable release lacks",
      observed({
        artifacts: allKnown(),
        published: release({ immutable: false, assets: allAssets().slice(0, 3) }),
      }),
      ["upload-sums"],
    ],
    [
      "hashes the installer only when it has the size of the one before",
      observed({ artifacts: inspected(), previous: equalSizeBefore }),
      ["hash App.dmg"],
    ],
    [
      "does not hash for another size than the one before",
      observed({ artifacts: inspected(), previous: otherBefore }),
      ["create-draft", ...UPLOADS],
    ],
    [
      "releases the same bytes when a person says so",
      observed({ artifacts: allKnown(), previous: sameBefore, request: { allowSameBytes: true } }),
      ["create-draft", ...UPLOADS, "upload-sums", "publish", ...AFTER],
    ],
    [
      "goes on when the version before differs",
      observed({ artifacts: allKnown(), previous: equalSizeBefore }),
      ["create-draft", ...UPLOADS, "upload-sums", "publish", ...AFTER],
    ],
    [
      "releases the PKG alone when a person asked",
      observed({ artifacts: [known("App.pkg"), known("NOTES.md")], request: { asked: true } }),
      [
        "create-draft",
        "upload App.pkg",
        "upload NOTES.md",
        "upload-sums",
        "publish",
        "commit-manifest",
        "archive App.pkg",
        "archive NOTES.md",
        "complete",
      ],
    ],
    [
      "archives the marker of a person who said ready",
      observed({
        batch: { artifacts: allKnown(), markers: [artifact("_ready").file] },
        published: release(),
        complete: true,
        publishedHere: true,
        workspace: { ...workspace, manifest: offered },
      }),
      [...ARCHIVE, "archive _ready"],
    ],
    [
      "does not offer what somebody else has published and nobody here has looked at",
      observed({ artifacts: [], recorded: true, published: release() }),
      [],
    ],
    [
      "does not offer it for its notes alone",
      observed({ artifacts: [known("NOTES.md")], published: release() }),
      ["archive NOTES.md"],
    ],
    [
      "offers it once its installer lies in the batch, byte for byte",
      observed({ artifacts: [known("App.dmg")], published: release() }),
      ["adopt", "commit-manifest", "archive App.dmg", "complete"],
    ],
    [
      "takes an immutable release of the same bytes as it is, though it has no sums",
      observed({ artifacts: allKnown(), published: release({ assets: allAssets().slice(0, 3) }) }),
      ["adopt", ...AFTER],
    ],
    [
      "leaves the empty draft of somebody else alone",
      observed({ artifacts: allKnown(), drafts: [draft(), draft({ id: 8, title: "My draft", assets: [] })] }),
      ["publish", ...AFTER],
    ],
    [
      "hashes the installer when it has the size that the manifest states",
      observed({ artifacts: inspected(), workspace: { ...workspace, manifest: sameInManifest } }),
      ["hash App.dmg"],
    ],
    [
      "withdraws the draft of a batch that turned out to be bad",
      observed({
        artifacts: [artifact("App.dmg", { refused: { code: "DMG_INVALID", message: "cut", remedy: "again" } })],
        drafts: [draft({ assets: [asset("App.pkg")] })],
      }),
      ["discard-draft"],
    ],
  ])("%s", (_name, given, steps) => {
    expect(stepsOf(given)).toEqual(steps)
  })

  it.each<[string, Observed, ProblemCode]>([
    [
      "refuses other bytes under a published tag",
      observed({ artifacts: [known("App.dmg", "DISK IMAGE"), ...allKnown().slice(1)], published: release() }),
      "TAG_CONTENT_MISMATCH",
    ],
    [
      "refuses other notes under a published tag",
      observed({ artifacts: [known("NOTES.md", "# Other notes")], published: release() }),
      "TAG_CONTENT_MISMATCH",
    ],
    [
      "refuses other bytes even when the published release is mutable and lacks files",
      observed({
        artifacts: [known("App.dmg", "DISK IMAGE"), known("App.pkg")],
        published: release({ immutable: false, assets: [asset("App.dmg")] }),
      }),
      "TAG_CONTENT_MISMATCH",
    ],
    [
      "cannot add to an immutable release",
      observed({
        artifacts: allKnown(),
        published: release({ assets: [asset("App.dmg"), asset("NOTES.md"), sumsAsset()] }),
      }),
      "RELEASE_INCOMPLETE",
    ],
    [
      "cannot compare without GitHub's digest",
      observed({ artifacts: [known("App.dmg")], published: release({ assets: [assetWithoutDigest()] }) }),
      "DIGEST_ABSENT",
    ],
    [
      "cannot trust a draft's asset without GitHub's digest",
      observed({ artifacts: allKnown(), drafts: [draft({ assets: [assetWithoutDigest()] })] }),
      "DIGEST_MISSING",
    ],
    [
      "refuses a batch that VERSION does not name",
      observed({ workspace: { ...workspace, version: "1.6.1.45\n" } }),
      "VERSION_MISMATCH",
    ],
    [
      "does not offer a public release that VERSION does not name",
      observed({ artifacts: allKnown(), published: release(), workspace: { ...workspace, version: "1.6.1.45\n" } }),
      "VERSION_MISMATCH",
    ],
    ["needs VERSION", observed({ workspace: { ...workspace, version: undefined } }), "VERSION_UNREADABLE"],
    ["refuses VERSION main", observed({ workspace: { ...workspace, version: "main\n" } }), "VERSION_UNREADABLE"],
    [
      "refuses VERSION with CRLF",
      observed({ workspace: { ...workspace, version: "1.6.1.44\r\n" } }),
      "VERSION_UNREADABLE",
    ],
    [
      "refuses VERSION with a byte-order mark",
      observed({ workspace: { ...workspace, version: "\uFEFF1.6.1.44\n" } }),
      "VERSION_UNREADABLE",
    ],
    [
      "refuses a version older than the manifest's",
      observed({ workspace: { ...workspace, manifest: manifest("1.6.1.100") } }),
      "VERSION_NOT_NEWER",
    ],
    [
      "refuses a new version with the installer of the one before",
      observed({ artifacts: allKnown(), previous: sameBefore }),
      "PHANTOM_RELEASE",
    ],
    [
      "refuses it by the manifest alone, when the release before is gone",
      observed({ artifacts: allKnown(), workspace: { ...workspace, manifest: sameInManifest } }),
      "PHANTOM_RELEASE",
    ],
    [
      "refuses it though the manifest names the new version already",
      observed({
        artifacts: allKnown(),
        workspace: { ...workspace, manifest: sameInManifest.replaceAll('"1.6.1.43"', '"1.6.1.44"') },
      }),
      "PHANTOM_RELEASE",
    ],
    [
      "does not touch a draft that holds the files of somebody else",
      observed({ artifacts: allKnown(), drafts: [draft({ assets: [...allAssets(), asset("press.zip")] })] }),
      "DRAFT_NOT_OURS",
    ],
    [
      "refuses to write over a manifest it cannot read",
      observed({ workspace: { ...workspace, manifest: "{" } }),
      "MANIFEST_INVALID",
    ],
    ["refuses an empty file", observed({ artifacts: [artifact("App.dmg", { bytes: "" })] }), "ARTIFACT_EMPTY"],
    ["refuses a file of 2 GiB", observed({ artifacts: [huge(2 ** 31)] }), "ARTIFACT_TOO_LARGE"],
    [
      "refuses a file that is not what it says",
      observed({
        artifacts: [artifact("App.dmg", { refused: { code: "DMG_INVALID", message: "cut", remedy: "again" } })],
      }),
      "DMG_INVALID",
    ],
    [
      "cannot choose between two files of one name",
      observed({ artifacts: [artifact("App.dmg"), artifact("App.dmg", { path: "App.dmg" })] }),
      "INBOX_AMBIGUOUS",
    ],
  ])("%s", (_name, given, code) => {
    const { steps, problem } = plan(given)
    expect({ steps, code: problem?.code }).toEqual({ steps: [], code })
    expect(problem?.remedy).not.toBe("")
  })

  it.each<[string, Observed, string[], number?]>([
    ["waits for the notes", observed({ artifacts: [known("App.dmg"), known("App.pkg")] }), ["NOTES.md"]],
    ["waits for an installer", observed({ artifacts: [known("NOTES.md")] }), ["App.dmg", "App.pkg"]],
    [
      "waits for an installer though a person asked",
      observed({ artifacts: [known("NOTES.md")], request: { asked: true } }),
      ["App.dmg", "App.pkg"],
    ],
    [
      "waits for the rest until it has been quiet",
      observed({ artifacts: [artifact("App.dmg"), artifact("NOTES.md")] }),
      ["App.pkg", "or no upload until 2026-11-22T10:01:00.000Z"],
      60,
    ],
    [
      "waits no longer than the quiet period for a clock that is behind",
      observed({ artifacts: [artifact("App.dmg"), artifact("NOTES.md")], now: new Date("2026-11-22T09:00:00Z") }),
      ["App.pkg", "or no upload until 2026-11-22T10:01:00.000Z"],
      120,
    ],
    [
      "waits while somebody is still uploading, though every file is there",
      observed({ batch: { artifacts: allKnown(), markers: [artifact("_uploading").file] } }),
      ["the upload that began at 2026-11-22T09:59:00.000Z"],
      3540,
    ],
    ["waits for everything while the inbox is empty", observed({ artifacts: [] }), ["App.dmg", "App.pkg", "NOTES.md"]],
  ])("%s", (_name, given, waitingFor, wakeInSeconds) => {
    expect(plan(given)).toEqual({ tag: TAG, steps: [], waitingFor, ...(wakeInSeconds && { wakeInSeconds }) })
  })

  it("goes on with an incomplete batch after the quiet period, and at a marker", () => {
    const artifacts = [artifact("App.dmg"), artifact("NOTES.md")]
    const later = new Date(NOW.getTime() + 61_000)
    const looks = ["inspect App.dmg", "inspect NOTES.md"]
    expect(stepsOf(observed({ artifacts, now: later }))).toEqual(looks)
    const marker = artifact("_ready").file
    expect(stepsOf(observed({ batch: { artifacts, markers: [marker] } }))).toEqual(looks)
    const older = { ...marker, modifiedAt: new Date("2026-11-22T09:00:00Z") }
    expect(stepsOf(observed({ batch: { artifacts, markers: [older] } }))).toEqual([])
  })

  it("does not wait for an upload for ever, nor when a person asked", () => {
    const batch = { artifacts: inspected(), markers: [artifact("_uploading").file] }
    expect(stepsOf(observed({ batch, request: { asked: true } }))).toContain("create-draft")
    expect(stepsOf(observed({ batch, now: new Date("2026-11-22T11:00:00Z") }))).toContain("create-draft")
  })

  it("says that the tag is already published only when every file of the batch is in it", () => {
    expect(plan(observed({ artifacts: allKnown(), published: release() })).alreadyPublished).toBe(true)
    const lacking = release({ immutable: false, assets: allAssets().slice(1) })
    expect(plan(observed({ artifacts: allKnown(), published: lacking })).alreadyPublished).toBeUndefined()
  })

  it("publishes only with the digest and size of every file", () => {
    const step = plan(observed({ artifacts: allKnown(), drafts: [draft()] })).steps.find(
      ({ kind }) => kind === "publish",
    )
    const sums = sumsAsset()
    expect(step).toMatchObject({
      title: "App 1.6.1.44",
      assets: [
        ...SPECS.map(({ name }) => ({ name, sizeBytes: BYTES[name]?.length, digest: known(name).digest })),
        { name: SUMS_NAME, sizeBytes: sums.sizeBytes, digest: sums.digest },
      ],
    })
  })

  it("offers what the public release states, byte for byte", () => {
    const step = plan(observed({ artifacts: [], recorded: true, publishedHere: true, published: release() })).steps[0]
    const text = step?.kind === "commit-manifest" ? step.text : "{}"
    const dmg = release().assets[0]
    expect(JSON.parse(text)).toEqual({
      version: "1.6.1.44",
      build: "1.6.1.44",
      artifact: {
        type: "dmg",
        url: dmg?.downloadUrl,
        size: dmg?.sizeBytes,
        sha256: dmg?.digest?.slice(7),
        arch: "arm64",
        min_os: "13.0",
        ed25519: "",
      },
      critical: false,
      auto_install: true,
      notes_url: release().assets[2]?.downloadUrl,
      release_date: "2026-11-22T10:00:00.000+00:00",
    })
  })

  it("is a pure function of what was observed", () => {
    const given = observed({ artifacts: allKnown() })
    const before = structuredClone(given)
    expect(plan(given)).toEqual(plan(given))
    expect(given).toEqual(before)
  })
})

function assetWithoutDigest() {
  const { digest: _, ...rest } = asset("App.dmg")
  return rest
}

function huge(sizeBytes: number) {
  const dmg = artifact("App.dmg")
  return { ...dmg, file: { ...dmg.file, sizeBytes } }
}
