import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { openAccess } from "./access.ts"
import type { App } from "./app.ts"
import type { Intercept } from "./fault.ts"
import { commit, history, type Placed, readEntry, resolveOid } from "./git.ts"
import { countRequests } from "./rate-limit.ts"
import { openRoutes } from "./routes.ts"
import { type Desk, type Exchange, serve } from "./serve.ts"
import type { AssetState, IssueState, Level, Protection, ReleaseState, Repository } from "./state.ts"
import { assetPath, createRepository, loadWorld, type RepositoryOptions, saveIssue } from "./world.ts"

export type { Fault, Intercept } from "./fault.ts"
export type { Placed } from "./git.ts"
export type { Exchange } from "./serve.ts"

export interface GithubOptions {
  /** Where everything is kept; it survives restarts, and a SIGKILL at any moment. */
  directory: string
  /** Default 0: any free one. */
  port?: number
  /** Default `{ "local-token": "write" }`. */
  tokens?: Record<string, Level>
  app?: App
  now?: () => Date
  /** Requests an hour before 403; default 100,000. */
  rateLimit?: number
  intercept?: Intercept
  /** Told every request that has come to its end. */
  observe?: (exchange: Exchange) => void
}

/** A commit as tests look at it. */
export interface CommitFacts {
  oid: string
  message: string
  parents: string[]
}

export interface Github {
  /** The API's address: `GITHUB_API_URL`. */
  url: string
  port: number
  /** Every request that has come to its end, oldest first, without bodies. */
  calls: Exchange[]
  /** Makes a repository with its first commit; leaves one that is there as it is. */
  createRepository(name: string, options?: RepositoryOptions): Promise<void>
  /** Changes a repository's settings. */
  configure(name: string, settings: { immutableReleases?: boolean; private?: boolean }): void
  setIntercept(intercept: Intercept | undefined): void
  /** Lets lists show what is there now, until they are thawed. */
  freezeLists(name: string): void
  thawLists(name: string): void
  /** The releases, drafts too, oldest first: a copy. */
  releases(name: string): ReleaseState[]
  /** The issues with their comments, oldest first: a copy. */
  issues(name: string): IssueState[]
  /** Deletes an issue as its repository's admin does. */
  deleteIssue(name: string, number: number): Promise<void>
  /** A file of an asset with its bytes; whole only when its state is `uploaded`. */
  assetPath(name: string, asset: AssetState): string
  /** A file's text at a branch, tag or commit (default: the branch's head); undefined when it is not there. */
  readFile(name: string, path: string, ref?: string): Promise<string | undefined>
  /** The branch's commits, newest first. */
  commits(name: string): Promise<CommitFacts[]>
  /** A push by somebody else; answers the commit's id. */
  pushFile(name: string, path: string, file: string | Placed, message: string): Promise<string>
  /** Forbids direct commits to a branch from now on; pushes by somebody else still pass. */
  protectBranch(name: string, branch: string, protection: Protection): void
  /** Stops listening and breaks every connection. */
  close(): Promise<void>
}

/** Starts a server on 127.0.0.1 that answers for GitHub, with its state in a directory. */
export async function startGithub(options: GithubOptions): Promise<Github> {
  const { directory, app, now = () => new Date() } = options
  const world = loadWorld(directory, now)
  const tokens = options.tokens ?? { "local-token": "write" }
  const access = openAccess({ tokens, app, secretPath: join(directory, "secret"), now })
  const rateLimit = countRequests(options.rateLimit ?? 100_000, now)
  const calls: Exchange[] = []
  const desk: Desk = {
    world,
    access,
    rateLimit,
    route: openRoutes({ app, access, rateLimit: rateLimit.show }),
    intercept: options.intercept,
    observe(exchange) {
      const { requestBody: _, responseBody: __, ...call } = exchange
      calls.push(call)
      options.observe?.(exchange)
    },
  }
  const server = serve(desk)
  server.listen(options.port ?? 0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo

  const named = (name: string): Repository => {
    const repository = world.repositories.get(name.toLowerCase())
    if (repository === undefined) throw new Error(`there is no repository ${name}`)
    return repository
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    createRepository: (name, settings = {}) => createRepository(world, name, settings),
    configure: (name, settings) => void Object.assign(named(name), settings),
    setIntercept: (intercept) => {
      desk.intercept = intercept
    },
    freezeLists: (name) => {
      named(name).frozen = [...named(name).releases.values()]
    },
    thawLists: (name) => {
      delete named(name).frozen
    },
    releases: (name) =>
      structuredClone([
        ...named(name)
          .releases.values()
          .filter((release) => !release.deleted),
      ]),
    issues: (name) => structuredClone([...named(name).issues.values()].filter((issue) => !issue.deleted)),
    deleteIssue: (name, number) => deleteIssue(named(name), number),
    assetPath: (name, asset) => assetPath(named(name), asset),
    readFile: (name, path, ref) => readText(named(name), path, ref),
    commits: (name) => listCommits(named(name)),
    pushFile: (name, path, file, message) => push(named(name), path, file, message, now()),
    protectBranch: (name, branch, protection) => void named(name).protections.set(branch, protection),
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readText(repository: Repository, path: string, ref = repository.branch): Promise<string | undefined> {
  const oid = await resolveOid(repository.gitdir, ref)
  const entry = oid === undefined ? undefined : await readEntry(repository.gitdir, oid, path)
  return entry?.type === "blob" ? Buffer.from(entry.bytes).toString() : undefined
}

async function listCommits(repository: Repository): Promise<CommitFacts[]> {
  const head = await resolveOid(repository.gitdir, `refs/heads/${repository.branch}`)
  const all = head === undefined ? [] : await history(repository.gitdir, head)
  return all.map(({ oid, commit }) => ({ oid, message: commit.message.trimEnd(), parents: commit.parent }))
}

function deleteIssue(repository: Repository, number: number): Promise<void> {
  return repository.exclusive(async () => {
    const issue = repository.issues.get(number)
    if (issue) await saveIssue(repository, { ...issue, deleted: true })
  })
}

function push(repository: Repository, path: string, file: string | Placed, message: string, at: Date): Promise<string> {
  return repository.exclusive(async () => {
    const head = await resolveOid(repository.gitdir, `refs/heads/${repository.branch}`)
    const changes = new Map([[path, typeof file === "string" ? Buffer.from(file) : file]])
    return commit(repository.gitdir, repository.branch, { head, changes, message, author: "somebody", at })
  })
}
