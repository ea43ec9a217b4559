import { Problem } from "../../problem.ts"
import { isProblem, refusedPath } from "./errors.ts"

/** What is asked with the App's own sign-in. GitHub Enterprise Server has it all below /api/v3. */
const OWN = /^(\/api\/v3)?\/(app|repos\/[^/]+\/[^/]+\/installation|app\/installations\/\d+\/access_tokens)$/

/**
 * What a failure means to a GitHub App: GITHUB_APP_KEY_INVALID, GITHUB_APP_NOT_INSTALLED, GITHUB_APP_SUSPENDED, or what it was. Of a
 * repository that is not there GitHub says the same as of one where the App is not installed.
 */
export function appProblem(problem: Problem, appId: string, repository: string): Problem {
  const { message } = problem
  const as = (code: Problem["code"], told: string) => new Problem(code, `${told}: ${message}`, { cause: problem })
  // In more than one wording, by what was asked and by who did it.
  if (isProblem(problem, "GITHUB_FORBIDDEN") && /installation.*suspended|suspended.*installation/i.test(message))
    return as("GITHUB_APP_SUSPENDED", `GitHub App ${appId} is suspended where ${repository} is`)
  if (!OWN.test(refusedPath(problem))) return problem
  // "Integration not found": no App has this id.
  if (isProblem(problem, "GITHUB_UNAUTHORIZED") || /integration not found/i.test(message))
    return as("GITHUB_APP_KEY_INVALID", `GitHub does not take the private key for one of GitHub App ${appId}`)
  if (!isProblem(problem, "GITHUB_NOT_FOUND")) return problem
  return as("GITHUB_APP_NOT_INSTALLED", `GitHub App ${appId} is not installed where ${repository} is`)
}
