import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { githubIncidents } from "../../../../shared/adapters/github/incidents.ts"
import { asProblem } from "../../../../shared/problem.ts"
import { start } from "./start.ts"

const CODE = "acme/code"
const ISSUE = { title: "App is not proven", body: "The appcast is **wrong**.", marker: "2026-11-22T10:00:00.000Z" }

let world: Awaited<ReturnType<typeof start>>
beforeEach(async () => {
  world = await start()
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

  it("takes an issue that is gone for closed", async () => {
    const incidents = await open()
    await incidents.add(77, { body: "x", marker: "m" })
    await incidents.close(77)
    expect(world.github.issues(CODE)).toEqual([])
  })

  it("tells when it may not write, or when the repository is not there", async () => {
    const elsewhere = githubIncidents(await world.connect(), "acme/absent")
    const code = await elsewhere.open(ISSUE).catch((error: unknown) => asProblem(error).code)
    expect(code).toBe("GITHUB_NOT_FOUND")
  })
})
