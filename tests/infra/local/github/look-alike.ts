import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { type IncomingHttpHeaders, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "vitest"
import { type Github, type GithubOptions, startGithub } from "../../../../infra/local/github/index.ts"
import { githubContract } from "../../../github-contract.ts"

/** What came back; `json` is undefined where no JSON did. */
export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: answers are held against their description elsewhere
  json: any
  bytes: Buffer
}

interface Ask {
  token?: string | undefined
  headers?: Record<string, string>
  body?: Buffer | string | undefined
}

/** Sends one request with nothing added but what is said: no redirect, no retry. */
export function ask(method: string, url: string, { token, headers = {}, body }: Ask = {}): Promise<Reply> {
  const authorization = !token ? {} : { authorization: `Bearer ${token}` }
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent: false,
      headers: { "user-agent": "tests", ...authorization, ...length, ...headers },
    })
    sent.on("error", reject)
    sent.on("response", async (response) => {
      const bytes = await response.toArray().then((chunks) => Buffer.concat(chunks), reject)
      if (bytes === undefined) return
      const isJson = response.headers["content-type"]?.startsWith("application/json")
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        json: isJson ? JSON.parse(bytes.toString()) : undefined,
        bytes,
      })
    })
    sent.end(body)
  })
}

/** A look-alike with a repository, held against GitHub's descriptions: `close` fails on any exchange that departs from them. */
export async function startLookAlike(
  options: Partial<GithubOptions> & { repository?: Parameters<Github["createRepository"]>[1] } = {},
) {
  const { repository = {}, ...rest } = options
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "slipway-look-alike-")))
  const contract = githubContract()
  const github = await startGithub({ directory, observe: contract.observe, ...rest })
  await github.createRepository("acme/app", { files: { VERSION: "1.0.0.0\n" }, ...repository })
  const api = (method: string, path: string, body?: unknown, token: string | undefined = "local-token") =>
    ask(method, `${github.url}${path}`, { token, body: body === undefined ? undefined : JSON.stringify(body) })
  const graphql = (query: string, variables?: unknown, token = "local-token") =>
    api("POST", "/graphql", { query, ...(variables === undefined ? {} : { variables }) }, token)
  return {
    github,
    directory,
    contract,
    api,
    graphql,
    /** Makes a draft, or a published release when `draft` is false. */
    release: async (tag: string, fields: Record<string, unknown> = {}) =>
      (await api("POST", "/repos/acme/app/releases", { tag_name: tag, draft: true, ...fields })).json,
    upload: (release: { upload_url: string }, name: string, asked: Ask) =>
      ask("POST", release.upload_url.replace("{?name,label}", `?name=${encodeURIComponent(name)}`), {
        token: "local-token",
        ...asked,
      }),
    async close() {
      await github.close()
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
      expect(contract.faults).toEqual([])
    },
  }
}

export type LookAlike = Awaited<ReturnType<typeof startLookAlike>>

export const sha256 = (bytes: Buffer | string) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`
