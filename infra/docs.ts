/** Writes the part of the documentation that the code knows: every problem code with its remedy. */
import { readFile, writeFile } from "node:fs/promises"
import { appProblems } from "../shared/problems/app.ts"
import { azureProblems } from "../shared/problems/azure.ts"
import { checkProblems } from "../shared/problems/check.ts"
import { githubProblems } from "../shared/problems/github.ts"
import { releaseProblems } from "../shared/problems/release.ts"
import { storageProblems } from "../shared/problems/storage.ts"

export const OPERATIONS = new URL("../docs/operations.md", import.meta.url)

/** Everything above it is written by hand. */
const MARK = "<!-- From here on: npm run docs -->\n"

const CHAPTERS = {
  "The files, and the release": releaseProblems,
  "What the checks find": checkProblems,
  GitHub: githubProblems,
  "Azure: the VM, the vault, the app": azureProblems,
  "Storage, and two runs at once": storageProblems,
  "The app, and what it was asked": appProblems,
}

/** The document with its tables as the code has them. */
export async function operationsText(): Promise<string> {
  const [byHand = ""] = (await readFile(OPERATIONS, "utf8")).split(MARK)
  const chapters = Object.entries(CHAPTERS).map(([title, problems]) => {
    const rows = Object.entries(problems).map(
      ([code, { remedy, retryable }]) => `| \`${code}\` | ${remedy} | ${retryable ? "yes" : "no"} |`,
    )
    return ["", `### ${title}`, "", "| code | what to do | tried again by itself |", "| --- | --- | --- |", ...rows, ""]
  })
  return `${byHand}${MARK}${chapters.flat().join("\n")}`
}

if (import.meta.main) await writeFile(OPERATIONS, await operationsText())
