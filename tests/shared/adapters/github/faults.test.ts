import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Fault, Github } from "../../../../infra/local/github/index.ts"
import { githubReleases } from "../../../../shared/adapters/github/releases.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import type { Release, Releases } from "../../../../shared/ports/releases.ts"
import type { Workspace } from "../../../../shared/ports/workspace.ts"
import { start } from "./start.ts"

interface Adapters {
  releases: Releases
  workspace: Workspace
}

const assets = "acme/releases"
const code = "acme/code"
const bytes = Buffer.alloc(300_000, "slipway")
const image = { name: "Nexy.dmg", sizeBytes: bytes.length, contentType: "application/octet-stream" }
const text = { title: "Nexy", body: "What is new." }

async function* inPieces() {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

let github: Github
let close: () => Promise<void>
let patient: Adapters
let impatient: Adapters
let tags = 0

beforeAll(async () => {
  const server = await start()
  ;({ github, close } = server)
  await github.createRepository(assets, { files: { "README.md": "Releases.\n" }, immutableReleases: true })
  await github.createRepository(code, { files: { VERSION: "0\n" } })
  // The look-alike reads GitHub's schema at the first query, which may take longer than a deadline below.
  await githubWorkspace(await server.connect(), code, "main").read([])
  const connect = async (patienceMs: number) => {
    const client = await server.connect({ timeoutMs: patienceMs, stallMs: patienceMs })
    return {
      releases: githubReleases(client, assets, { looks: 2, pauseMs: 1 }),
      workspace: githubWorkspace(client, code, "main"),
    }
  }
  patient = await connect(10_000)
  impatient = await connect(1000)
})

afterAll(() => close())

/** One method, the request that goes wrong, and how the world looks when it has worked; `before` when it has not. */
interface Method {
  operation: string
  prepare?(): Promise<Release>
  run(adapters: Adapters, release: Release): Promise<unknown>
  /** The state of the world, as far as this method can change it. */
  world?(release: Release): Promise<unknown>
}

const newDraft = ({ releases } = patient) => releases.createDraft({ tag: `v1.0.0.${++tags}`, ...text })
async function filledDraft(): Promise<Release> {
  const draft = await newDraft()
  await patient.releases.upload(draft, image, inPieces)
  return (await patient.releases.get(draft.id)) ?? draft
}
const assetsOf = async ({ id }: Release) =>
  (await patient.releases.get(id))?.assets.map(({ name, state }) => `${name} ${state}`)
const commits = async () => (await github.commits(code)).length

const methods: Record<string, Method> = {
  published: {
    operation: "repos/get-release-by-tag",
    prepare: async () => patient.releases.publish(await newDraft(), text),
    run: ({ releases }, release) => releases.published(release.tag),
  },
  drafts: {
    operation: "repos/list-releases",
    prepare: () => newDraft(),
    run: ({ releases }, { tag }) => releases.drafts(tag),
  },
  get: { operation: "repos/get-release", prepare: () => newDraft(), run: ({ releases }, { id }) => releases.get(id) },
  immutable: { operation: "repos/check-immutable-releases", run: ({ releases }) => releases.immutable() },
  createDraft: {
    operation: "repos/create-release",
    run: newDraft,
    world: async () => (await patient.releases.drafts(`v1.0.0.${tags}`)).length,
  },
  deleteDraft: {
    operation: "repos/delete-release",
    prepare: filledDraft,
    run: ({ releases }, { id }) => releases.deleteDraft(id),
    world: async ({ id }) => (await patient.releases.get(id))?.id,
  },
  upload: {
    operation: "repos/upload-release-asset",
    prepare: () => newDraft(),
    run: ({ releases }, release) => releases.upload(release, image, inPieces),
    world: assetsOf,
  },
  deleteAsset: {
    operation: "repos/delete-release-asset",
    prepare: filledDraft,
    run: ({ releases }, release) => releases.deleteAsset(release, release.assets[0] as Release["assets"][0]),
    world: assetsOf,
  },
  publish: {
    operation: "repos/update-release",
    prepare: filledDraft,
    run: ({ releases }, release) => releases.publish(release, text),
    world: async ({ id }) => (await patient.releases.get(id))?.draft,
  },
  read: { operation: "graphql/repository", run: ({ workspace }) => workspace.read(["VERSION"]) },
  commit: {
    operation: "graphql/createCommitOnBranch",
    run: async ({ workspace }) => {
      const { head } = await workspace.read([])
      return workspace.commit({ head, message: "next", files: new Map([["VERSION", `${++tags}\n`]]) })
    },
    world: commits,
  },
}

const reads = ["published", "drafts", "get", "immutable", "read"]
const writes = ["createDraft", "deleteDraft", "upload", "deleteAsset", "publish", "commit"]
const all = [...reads, ...writes]

const secondary = { message: "You have exceeded a secondary rate limit." }
const status = (status: number, headers = {}, body: unknown = { message: "No." }): Fault => ({
  kind: "status",
  status,
  headers,
  body,
})

/** A fault on every request of the kind, and the code that comes of it. Exceptions stand before the rule. */
const lasting: [fault: string, Fault, methods: string[], outcome: string][] = [
  ["500", status(500), all, "GITHUB_FAILED"],
  ["502", status(502), all, "GITHUB_FAILED"],
  ["502 after a starter", { kind: "starter" }, ["upload"], "GITHUB_FAILED"],
  ["a hang", { kind: "hang" }, ["upload"], "UPLOAD_STALLED"],
  ["a hang", { kind: "hang" }, all, "GITHUB_UNREACHABLE"],
  ["a stall", { kind: "stall", afterBytes: 10_000 }, ["upload"], "UPLOAD_STALLED"],
  ["a broken connection", { kind: "refuse-before" }, all, "GITHUB_UNREACHABLE"],
  ["401", status(401), all, "GITHUB_UNAUTHORIZED"],
  ["403", status(403), ["immutable"], "success"],
  ["403", status(403), all, "GITHUB_FORBIDDEN"],
  ["404", status(404), ["published", "get", "immutable"], "success"],
  ["404", status(404), ["drafts", "read", "commit"], "GITHUB_NOT_FOUND"],
  ["404", status(404), all, "GITHUB_FORBIDDEN"],
  ["422", status(422), all, "GITHUB_REFUSED"],
  ["429", status(429, { "retry-after": "7" }), all, "GITHUB_RATE_LIMITED"],
  ["a secondary limit", status(403, {}, secondary), all, "GITHUB_RATE_LIMITED"],
  ["a lost answer", { kind: "lose-answer" }, reads, "GITHUB_UNREACHABLE"],
  ["a truncated answer", { kind: "truncate" }, reads, "GITHUB_FAILED"],
]

/** A fault on the first request of the kind only. */
const passing: [fault: string, Fault, methods: string[], outcome: string][] = [
  ["500", status(500), all, "success"],
  ["502", status(502), all, "success"],
  ["502 after a starter", { kind: "starter" }, ["upload"], "success"],
  ["a stall", { kind: "stall", afterBytes: 10_000 }, ["upload"], "success"],
  ["a hang", { kind: "hang" }, reads, "GITHUB_UNREACHABLE"],
  ["a hang", { kind: "hang" }, all, "success"],
  ["a broken connection", { kind: "refuse-before" }, all, "success"],
  ["a lost answer", { kind: "lose-answer" }, all, "success"],
  ["a truncated answer", { kind: "truncate" }, reads, "GITHUB_FAILED"],
  ["a truncated answer", { kind: "truncate" }, all, "success"],
]

function rows(table: typeof lasting) {
  const seen = new Set<string>()
  return table.flatMap(([name, fault, names, outcome]) =>
    names
      .filter((method) => !seen.has(`${name} ${method}`) && seen.add(`${name} ${method}`))
      .map((method) => ({ method, name, fault, outcome })),
  )
}

/** Runs a method against a fault, and checks that the world is what it was, or what the method makes it, and nothing else. */
async function meet(methodName: string, fault: Fault, outcome: string, times: number) {
  const method = methods[methodName] as Method
  const release = (await method.prepare?.()) ?? ({} as Release)
  const before = await method.world?.(release)
  let left = times
  github.setIntercept(({ operation }) => (operation === method.operation && left-- > 0 ? fault : undefined))
  const adapters = fault.kind === "hang" || fault.kind === "stall" ? impatient : patient
  const result = await method.run(adapters, release).then(
    () => ({ code: "success" }),
    (error: unknown) => error,
  )
  github.setIntercept(() => undefined)
  expect(result).toMatchObject({ code: outcome })
  return { result, before, after: await method.world?.(release) }
}

/** What each write leaves when it worked, beginning with what was there before. */
const done: Record<string, (before: unknown) => unknown> = {
  createDraft: () => 1,
  deleteDraft: () => undefined,
  upload: () => ["Nexy.dmg uploaded"],
  deleteAsset: () => [],
  publish: () => false,
  commit: (before) => Number(before) + 1,
}

describe("github faults", () => {
  it.each(rows(lasting))("$method meets $name at every try: $outcome", async ({ method, fault, outcome }) => {
    const { result, before, after } = await meet(method, fault, outcome, Number.POSITIVE_INFINITY)
    if (outcome === "GITHUB_RATE_LIMITED")
      expect(result).toMatchObject({ retryable: true, retryAfterSeconds: expect.any(Number) })
    expect(after).toEqual(method === "createDraft" ? 0 : before)
  })

  it.each(rows(passing))("$method meets $name once: $outcome", async ({ method, fault, outcome }) => {
    const { before, after } = await meet(method, fault, outcome, 1)
    expect(after).toEqual(done[method] ? done[method](before) : before)
  })
})
