import type { Permissions } from "../ports/permissions.ts"
import { type Check, type Finding, fail, pass, warn } from "./check.ts"

/** Below this share of the hour's requests somebody should know. */
const FEW_LEFT = 0.1

export const github: Check = {
  id: "github",
  title: "The credentials may write to both repositories",
  timeoutMs: 30_000,
  tries: 2,
  run: async ({ world }) => judgeGithub(await world.permissions()),
}

/** The credentials work, may write, and have requests left. */
export function judgeGithub({ login, repositories, rateLimit }: Permissions): Finding[] {
  const findings: Finding[] = []
  for (const { repository, exists, canWrite, missing, excess } of repositories) {
    if (!exists) findings.push(fail("GITHUB_NOT_FOUND", `${repository} cannot be seen by ${login}`))
    else if (!canWrite) {
      const lacks = missing.length > 0 ? ` (lacks ${missing.join(", ")})` : ""
      findings.push(fail("GITHUB_FORBIDDEN", `${login} may not write to ${repository}${lacks}`))
    } else if (excess.length > 0) {
      const remedy = "Take away the permissions that Slipway does not use."
      findings.push(
        warn("GITHUB_FORBIDDEN", `${login} may do more than needed in ${repository}: ${excess.join(", ")}`, remedy),
      )
    }
  }
  if (rateLimit) {
    const { limit, remaining, resetsAt } = rateLimit
    const left = `${remaining} of ${limit} requests are left until ${resetsAt}`
    if (remaining === 0) findings.push(fail("GITHUB_RATE_LIMITED", left))
    else if (remaining < limit * FEW_LEFT) findings.push(warn("GITHUB_RATE_LIMITED", left))
  }
  if (findings.length > 0) return findings
  return [pass(`${login} may write to ${repositories.map(({ repository }) => repository).join(" and ")}`)]
}
