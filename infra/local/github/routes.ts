import type { Access } from "./access.ts"
import { getImmutability, getMeta, getRepository, getUser } from "./account.ts"
import type { Answer } from "./answer.ts"
import { notFound } from "./answer.ts"
import type { App } from "./app.ts"
import { deleteAsset, download, getAsset, listAssets, sendBytes } from "./assets.ts"
import type { Call, Surface } from "./call.ts"
import { getContents, putContents } from "./contents.ts"
import { answerGraphql } from "./graphql.ts"
import { createInstallationToken, getApp, getInstallation } from "./installations.ts"
import { createComment, createIssue, getIssue, listComments, listIssues, updateIssue } from "./issues.ts"
import { showCommit, showLatest, showRelease, showRepository } from "./pages.ts"
import { getBranch, getCommit, getRef, listCommits } from "./refs.ts"
import {
  createRelease,
  deleteRelease,
  getLatestRelease,
  getRelease,
  getReleaseByTag,
  listReleases,
  updateRelease,
} from "./releases.ts"
import { getTree } from "./trees.ts"
import { uploadAsset } from "./upload.ts"
import type { World } from "./world.ts"

type Handler = (call: Call, world: World) => Answer | Promise<Answer>

interface Route {
  surface: Surface
  method: string
  /** `{name}` matches one segment, `{name+}` one or more. */
  pattern: string
  /** GitHub's operation id, or one of ours for what is no API. */
  operation: string
  handler: Handler
}

export interface Match extends Pick<Route, "operation" | "handler"> {
  params: Record<string, string>
}

const repo = "/repos/{owner}/{repo}"

const always: [string, string, Handler][] = [
  ["GET /user", "users/get-authenticated", getUser],
  ["GET /meta", "meta/get", getMeta],
  [`GET ${repo}`, "repos/get", getRepository],
  [`GET ${repo}/immutable-releases`, "repos/check-immutable-releases", getImmutability],
  [`GET ${repo}/releases`, "repos/list-releases", listReleases],
  [`POST ${repo}/releases`, "repos/create-release", createRelease],
  [`GET ${repo}/releases/latest`, "repos/get-latest-release", getLatestRelease],
  [`GET ${repo}/releases/tags/{tag+}`, "repos/get-release-by-tag", getReleaseByTag],
  [`GET ${repo}/releases/assets/{id}`, "repos/get-release-asset", getAsset],
  [`DELETE ${repo}/releases/assets/{id}`, "repos/delete-release-asset", deleteAsset],
  [`GET ${repo}/releases/{id}`, "repos/get-release", getRelease],
  [`PATCH ${repo}/releases/{id}`, "repos/update-release", updateRelease],
  [`DELETE ${repo}/releases/{id}`, "repos/delete-release", deleteRelease],
  [`GET ${repo}/releases/{id}/assets`, "repos/list-release-assets", listAssets],
  [`GET ${repo}/contents`, "repos/get-content", getContents],
  [`GET ${repo}/contents/{path+}`, "repos/get-content", getContents],
  [`PUT ${repo}/contents/{path+}`, "repos/create-or-update-file-contents", putContents],
  [`GET ${repo}/git/ref/{ref+}`, "git/get-ref", getRef],
  [`GET ${repo}/git/trees/{sha+}`, "git/get-tree", getTree],
  [`GET ${repo}/commits`, "repos/list-commits", listCommits],
  [`GET ${repo}/commits/{ref+}`, "repos/get-commit", getCommit],
  [`GET ${repo}/branches/{branch+}`, "repos/get-branch", getBranch],
  [`GET ${repo}/issues`, "issues/list-for-repo", listIssues],
  [`POST ${repo}/issues`, "issues/create", createIssue],
  [`GET ${repo}/issues/{number}`, "issues/get", getIssue],
  [`PATCH ${repo}/issues/{number}`, "issues/update", updateIssue],
  [`GET ${repo}/issues/{number}/comments`, "issues/list-comments", listComments],
  [`POST ${repo}/issues/{number}/comments`, "issues/create-comment", createComment],
  ["POST /graphql", "graphql", answerGraphql],
]

const pages: [string, string, Handler][] = [
  ["GET /release-assets/{owner}/{repo}/{file}", "web/bytes", sendBytes],
  ["GET /{owner}/{repo}/releases/download/{tag+}/{name}", "web/download", download],
  ["GET /{owner}/{repo}/releases/tag/{tag+}", "web/release", showRelease],
  ["GET /{owner}/{repo}/releases/latest", "web/latest", showLatest],
  ["GET /{owner}/{repo}/commit/{oid}", "web/commit", showCommit],
  ["GET /{owner}/{repo}", "web/repository", showRepository],
]

/** Builds the table: which request is answered by whom. An App's routes exist only where there is an App. */
export function openRoutes(options: { app: App | undefined; access: Access; rateLimit: Handler }) {
  const { app, access } = options
  const apps: [string, string, Handler][] =
    app === undefined
      ? []
      : [
          ["GET /app", "apps/get-authenticated", (call) => getApp(call, app)],
          [
            `GET ${repo}/installation`,
            "apps/get-repo-installation",
            (call, world) => getInstallation(call, world, app),
          ],
          [
            "POST /app/installations/{id}/access_tokens",
            "apps/create-installation-access-token",
            (call, world) => createInstallationToken(call, world, app, access),
          ],
        ]
  const table = [
    ...[...always, ...apps].map((route) => compile("api", ...route)),
    compile("api", "GET /rate_limit", "rate-limit/get", options.rateLimit),
    compile("uploads", `POST ${repo}/releases/{id}/assets`, "repos/upload-release-asset", uploadAsset),
    ...pages.map((route) => compile("web", ...route)),
  ]

  return (surfaces: readonly Surface[], method: string, path: string): Match => {
    const asked = method === "HEAD" ? "GET" : method
    for (const { surface, method, regexp, ...route } of table) {
      const found = surfaces.includes(surface) && method === asked ? regexp.exec(path) : null
      const params = found && decode(found.groups)
      if (params) return { ...route, params }
    }
    return { operation: "unknown", params: {}, handler: () => Promise.reject(notFound()) }
  }
}

function compile(surface: Surface, line: string, operation: string, handler: Handler) {
  const [method = "", pattern = ""] = line.split(" ")
  const source = pattern.replace(/\{(\w+)(\+?)\}/g, (_, name, many) => `(?<${name}>${many ? ".+" : "[^/]+"})`)
  return { surface, method, operation, handler, regexp: new RegExp(`^${source}$`) }
}

function decode(groups: Record<string, string> = {}): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return undefined // what is not percent-encoded right names nothing
  }
}
