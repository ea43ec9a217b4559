import { inspect } from "node:util"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { githubIncidents } from "../../../../shared/adapters/github/incidents.ts"
import type { Incidents } from "../../../../shared/ports/incidents.ts"
import { asProblem } from "../../../../shared/problem.ts"
import { start, token } from "./start.ts"

const CODE = "acme/code"
const READER = "CANARY-of-a-reader"
const ISSUE = { title: "App is not proven", body: "The appcast is **wrong**.", marker: "2026-11-22T10:00:00.000Z" }

let world: Awaited<ReturnType<typeof start>>
beforeEach(async () => {
  world = await start({ tokens: { [token]: "write", [READER]: "read" } })
  await world.github.createRepository(CODE, { files: { "README.md": "Code.\n" } })
})
afterEach(() => world.close())

const open = async () => githubIncidents(await world.connect({ retries: 0 }), CODE)

/** Loses the answer to the first request of an operation: it was done, and nobody heard. */
function loseAnswer(operation: string): void {
  let lost = false
  world.github.setIntercept((request) => {
    if (lost || request.operation !== operation) return undefined
    lost = true
    return { kind: "lose-answer" }
  })
}

describe("githubIncidents", () => {
  it("opens an issue, adds to it and closes it", async () => {
    const incidents = await open()
    const { number, url } = await incidents.open(ISSUE)
    expect(url).toMatch(/\/acme\/code\/issues\/1$/)
    await incidents.add(number, { body: "Still.", marker: "m1" })
    await incidents.close(number)
    await incidents.close(number)
    const [issue] = world.github.issues(CODE)
    expect(issue).toMatchObject({
      title: ISSUE.title,
      state: "closed",
      comments: [{ body: expect.stringContaining("Still.") }],
    })
  })

  it("says nothing twice", async () => {
    const incidents = await open()
    const [first, second] = [await incidents.open(ISSUE), await incidents.open(ISSUE)]
    expect(second).toEqual(first)
    for (let times = 0; times < 2; times++) await incidents.add(first.number, { body: "Still.", marker: "m1" })
    expect(world.github.issues(CODE)).toHaveLength(1)
    expect(world.github.issues(CODE)[0]?.comments).toHaveLength(1)
    const other = await incidents.open({ ...ISSUE, marker: "another" })
    expect(other.number).toBe(2)
  })

  it.each(["issues/create", "issues/create-comment", "issues/update"])(
    "is not misled by a lost answer to %s",
    async (operation) => {
      const incidents = await open()
      loseAnswer(operation)
      const { number } = await incidents.open(ISSUE)
      await incidents.add(number, { body: "Still.", marker: "m1" })
      await incidents.close(number)
      expect(world.github.issues(CODE)).toMatchObject([{ state: "closed", comments: [{}] }])
    },
  )

  it("finds an issue that lies behind a page of others", async () => {
    const incidents = await open()
    const { number } = await incidents.open(ISSUE)
    for (let others = 0; others < 101; others++) await incidents.open({ ...ISSUE, marker: `other ${others}` })
    expect((await incidents.open(ISSUE)).number).toBe(number)
  }, 60_000)

  it("finds a comment that lies behind pages of others", async () => {
    const incidents = await open()
    const { number } = await incidents.open(ISSUE)
    for (let others = 0; others < 320; others++) await comment(number, `other ${others}`)
    for (let times = 0; times < 2; times++) await incidents.add(number, { body: "Still.", marker: "m1" })
    expect(world.github.issues(CODE)[0]?.comments).toHaveLength(321)
  }, 60_000)

  it.each([
    ["was never there", async () => 77],
    ["was deleted", deleted],
  ])("takes an issue that %s for closed", async (_, number) => {
    const incidents = await open()
    const gone = await number()
    await incidents.add(gone, { body: "x", marker: "m" })
    await incidents.close(gone)
    expect(world.github.issues(CODE)).toEqual([])
  })

  it("opens another issue when the one that was there is deleted", async () => {
    const gone = await deleted()
    const again = await (await open()).open(ISSUE)
    expect(again.number).toBeGreaterThan(gone)
    expect(world.github.issues(CODE)).toMatchObject([{ number: again.number, state: "open" }])
  })

  it.each<[string, (incidents: Incidents) => Promise<unknown>]>([
    ["open", (incidents) => incidents.open(ISSUE)],
    ["add to", (incidents) => incidents.add(1, { body: "x", marker: "m" })],
    ["close", (incidents) => incidents.close(1)],
  ])("does not take a hidden repository for a deleted issue: %s", async (_, work) => {
    const elsewhere = githubIncidents(await world.connect({ retries: 0 }), "acme/absent")
    expect(await codeOf(work(elsewhere))).toBe("GITHUB_NOT_FOUND")
  })

  it.each<[string, (incidents: Incidents) => Promise<unknown>]>([
    ["open", (incidents) => incidents.open({ ...ISSUE, marker: "another" })],
    ["add to", (incidents) => incidents.add(1, { body: "x", marker: "m" })],
    ["close", (incidents) => incidents.close(1)],
  ])("says that it may not %s an issue, and never with which token", async (_, work) => {
    await (await open()).open(ISSUE)
    const reading = githubIncidents(await world.connect({ retries: 0, auth: { token: () => READER } }), CODE)
    const error = await work(reading).catch((error: unknown) => asProblem(error))
    expect(error).toMatchObject({ code: "GITHUB_FORBIDDEN" })
    expect(inspect(error, { depth: null })).not.toContain(READER)
    expect(world.github.issues(CODE)).toMatchObject([{ state: "open", comments: [] }])
  })

  it("ends in time, so that no other run says the same meanwhile", async () => {
    world.github.setIntercept(({ operation }) => (operation === "issues/create" ? { kind: "hang" } : undefined))
    const incidents = githubIncidents(await world.connect({ retries: 0 }), CODE, 300)
    expect(await codeOf(incidents.open(ISSUE))).toBe("GITHUB_UNREACHABLE")
    // Neither looked nor wrote again after its time.
    expect(world.github.calls.map(({ operation }) => operation)).toEqual(["issues/list-for-repo", "issues/create"])
  })

  it("keeps a text that is too long within what GitHub takes", async () => {
    const incidents = await open()
    const body = `x${"😀".repeat(40_000)}`
    const { number } = await incidents.open({ ...ISSUE, body })
    await incidents.add(number, { body, marker: "m1" })
    const [issue] = world.github.issues(CODE)
    expect([issue?.body, issue?.comments[0]?.body].map((text) => text?.isWellFormed())).toEqual([true, true])
    expect((await incidents.open(ISSUE)).number).toBe(number)
  })
})

/** The number of an issue that was opened and deleted. */
async function deleted(): Promise<number> {
  const { number } = await (await open()).open(ISSUE)
  await world.github.deleteIssue(CODE, number)
  return number
}

async function comment(number: number, body: string): Promise<void> {
  const client = await world.connect()
  await client.rest(CODE, "POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { issue_number: number, body })
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => asProblem(error).code,
  )
}
