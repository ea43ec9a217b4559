import { createServer } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import type { ProblemCode } from "../../../shared/problem.ts"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, openDesk, TOKEN, WORKSPACE, type WorldOptions } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

/** An address where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

interface Refusal {
  what: string
  code: ProblemCode
  status: "blocked" | "thrown"
  level?: "read" | "none"
  private?: boolean
  world?: () => Promise<WorldOptions> | WorldOptions
}

const refusals: Refusal[] = [
  {
    what: "does not accept the token",
    code: "GITHUB_UNAUTHORIZED",
    status: "blocked",
    world: () => ({ auth: { token: () => `${TOKEN}-of-yesterday` } }),
  },
  { what: "gives the token no write permission", code: "GITHUB_FORBIDDEN", status: "blocked", level: "read" },
  { what: "gives the token no permission", code: "GITHUB_FORBIDDEN", status: "blocked", level: "none" },
  { what: "hides its repositories", code: "GITHUB_NOT_FOUND", status: "blocked", level: "none", private: true },
  {
    what: "has no such repository",
    code: "GITHUB_NOT_FOUND",
    status: "blocked",
    world: () => ({ assets: "acme/misspelt" }),
  },
  {
    what: "cannot be reached",
    code: "GITHUB_UNREACHABLE",
    status: "thrown",
    world: async () => ({ apiUrl: await closedPort() }),
  },
]

describe("a release while GitHub", () => {
  let desk: Desk
  afterEach(() => desk.close())

  it.each(refusals)("$what is told as $code, and changes nothing", async ({ code, status, level, world, ...given }) => {
    desk = await openDesk({ github: { tokens: { [TOKEN]: level ?? "write" } } })
    for (const name of [ASSETS, WORKSPACE]) desk.github.configure(name, { private: given.private ?? false })
    await desk.dropAll(TAG, files)
    const before = await desk.outside()
    const ending = await desk.run({ tag: TAG }, await desk.makeWorld(await world?.()))
    expect(ending).toMatchObject({ status, problem: { code, remedy: expect.stringMatching(/\w/) } })
    expect(await desk.outside()).toEqual(before)
    expect(await desk.record(TAG)).toMatchObject({
      phase: status === "thrown" ? "failed" : "blocked",
      problem: { code, message: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\w/) },
    })
  })

  it("refuses the commit keeps the batch, and goes on with the commit alone once it may", async () => {
    desk = await openDesk()
    await desk.dropAll(TAG, files)
    const { inbox } = await desk.outside()
    const body = {
      data: { createCommitOnBranch: null },
      errors: [{ type: "FORBIDDEN", message: "Resource not accessible" }],
    }
    desk.github.setIntercept(({ operation }) =>
      operation === "graphql/createCommitOnBranch" ? { kind: "status", status: 200, body } : undefined,
    )
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "GITHUB_FORBIDDEN" } })
    expect(await desk.outside()).toMatchObject({ inbox, archive: {}, releases: [{ tag: TAG, draft: false }] })

    desk.github.setIntercept(undefined)
    const calls = desk.github.calls.length
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    const writes = desk.github.calls.slice(calls).filter(({ write }) => write)
    expect(writes.map(({ operation }) => operation)).toEqual(["graphql/createCommitOnBranch"])
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })
})
