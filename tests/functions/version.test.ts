import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { localStack } from "../stack.ts"

const WORKSPACE = "Seregawpn/Nexy"

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
})
afterAll(() => stack.close())

async function put(body: unknown, key = stack.key): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(`${stack.url}/api/version`, {
    method: "PUT",
    headers: { "x-functions-key": key },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, answer: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

const github = () => {
  if (!stack.github) throw new Error("the stack has no look-alike")
  return stack.github
}
const commits = async () => (await github().commits(WORKSPACE)).length
const file = (path: string) => github().readFile(WORKSPACE, path)

describe("PUT /api/version", () => {
  it("refuses without a key, and says nothing", async () => {
    expect(await put({ version: "1.0.0.2" }, "wrong")).toEqual({ status: 401, answer: {} })
  })

  it.each<[string, unknown, number, string]>([
    ["nothing", "", 400, "REQUEST_INVALID"],
    ["no version", { force: true }, 400, "REQUEST_INVALID"],
    ["a number", { version: 1 }, 400, "REQUEST_INVALID"],
    ["an unknown key", { version: "1.0.0.2", dryrun: true }, 400, "REQUEST_INVALID"],
    ["three parts", { version: "1.0.2" }, 400, "VERSION_INVALID"],
    ["leading zeros", { version: "02.0.0.034" }, 400, "VERSION_INVALID"],
    ["full-width digits", { version: "２.0.0.1" }, 400, "VERSION_INVALID"],
    ["a command", { version: "$(touch HACKED)" }, 400, "VERSION_INVALID"],
    ["an older one", { version: "1.0.0.0" }, 409, "VERSION_NOT_NEWER"],
  ])("answers %s with a problem, and changes nothing", async (_what, body, status, code) => {
    const before = await commits()
    expect(await put(body)).toMatchObject({ status, answer: { status, code, remedy: expect.stringMatching(/./) } })
    expect(await commits()).toBe(before)
  })

  it("shows what would change, changes it in one commit, and then has nothing to do", async () => {
    const before = await commits()
    const dry = await put({ version: "1.0.0.2", dryRun: true })
    expect(dry).toMatchObject({ status: 200, answer: { from: "1.0.0.1", version: "1.0.0.2" } })
    expect(dry.answer.diff).toContain("-SERVER_VERSION=1.0.0.1\n-SERVER_BUILD=1.0.0.1\n+SERVER_VERSION=1.0.0.2\n")
    expect(dry.answer).not.toHaveProperty("commit")
    expect([await commits(), await file("VERSION")]).toEqual([before, "1.0.0.1\n"])

    const done = await put({ version: "1.0.0.2" })
    expect(done.answer).toMatchObject({ files: dry.answer.files, diff: dry.answer.diff })
    const [head] = await github().commits(WORKSPACE)
    expect(done.answer.commit).toBe(head?.oid)
    expect([await commits(), await file("VERSION")]).toEqual([before + 1, "1.0.0.2\n"])
    expect(await file("server/config/unified_config.yaml")).toContain("default_version: 1.0.0.2  #")

    expect(await put({ version: "1.0.0.2" })).toEqual({
      status: 200,
      answer: { from: "1.0.0.2", version: "1.0.0.2", files: [], diff: "" },
    })
    expect(await commits()).toBe(before + 1)
  })

  it("goes back only when forced", async () => {
    expect(await put({ version: "1.0.0.1", force: true })).toMatchObject({ status: 200, answer: { from: "1.0.0.2" } })
    expect(await file("VERSION")).toBe("1.0.0.1\n")
  })

  it("changes nothing where a single point is not as configured, and names it", async () => {
    const config = (await file("server/config.env.example")) ?? ""
    await github().pushFile(WORKSPACE, "server/config.env.example", config.replace("SERVER_BUILD=", "BUILD="), "odd")
    const before = await commits()
    expect(await put({ version: "1.0.0.3" })).toMatchObject({
      status: 409,
      answer: {
        code: "VERSION_POINT_UNMATCHED",
        detail: "server/config.env.example has nothing at SERVER_BUILD",
      },
    })
    expect([await commits(), await file("VERSION")]).toEqual([before, "1.0.0.1\n"])
  })
})
