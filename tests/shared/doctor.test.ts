import { describe, expect, it } from "vitest"
import { judgeAccess } from "../../shared/doctor.ts"
import type { RepositoryAccess } from "../../shared/ports/permissions.ts"

const SOUND: RepositoryAccess = {
  repository: "acme/app",
  exists: true,
  private: false,
  canRead: true,
  canWrite: true,
  missing: [],
  excess: [],
  lacking: [],
}

describe("judgeAccess", () => {
  const look = (more: Partial<RepositoryAccess>) => judgeAccess(Promise.resolve({ ...SOUND, ...more }))

  it("is content with exactly enough", async () => {
    expect(await look({})).toBe("acme/app, writable")
  })

  it("warns of what is too much and of what is lacking, each with what to do", async () => {
    const lacking = ["issues: write, for the incident in alerts.issuesIn"]
    expect(await look({ excess: ["actions: read"], lacking })).toEqual({
      outcome: "warn",
      message:
        "acme/app, with more than needed: actions: read, and without issues: write, for the incident in alerts.issuesIn",
      remedy: expect.stringMatching(/^Take away .* Grant the others .*$/),
    })
    expect(await look({ lacking })).toMatchObject({ remedy: expect.stringMatching(/^Grant/) })
    expect(await look({ excess: ["admin:org"] })).toMatchObject({ remedy: expect.stringMatching(/^Take away.*use\.$/) })
  })

  it.each([
    ["GITHUB_NOT_FOUND", { exists: false }, "acme/app cannot be seen"],
    [
      "GITHUB_FORBIDDEN",
      { canWrite: false, missing: ["contents: write"] },
      "the credentials may not write to acme/app (lacks contents: write)",
    ],
  ])("fails with %s", async (code, more, message) => {
    await expect(look(more)).rejects.toMatchObject({ code, message })
  })
})
