import { execFile } from "node:child_process"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { unifiedDiff } from "../../../shared/version/unified-diff.ts"
import { temporaryFolder } from "../../stack.ts"

const run = promisify(execFile)

const lines = (end: string, count = 12) => Array.from({ length: count }, (_, n) => `line ${n} 🍏 $&${end}`).join("")

/** What stands in a file, with the version in place of `@`. */
const FILES: Record<string, string> = {
  VERSION: "@\n",
  "open-ended": "@",
  "crlf.yaml": `${lines("\r\n")}version: '@'\r\n${lines("\r\n")}`,
  "mixed.txt": `one\r\ntwo\nv = @\r\nthree\n\r\nfour`,
  "Документы/Руководство 🍏.md": `${lines("\n", 2)}\`v@\`\n${lines("\n")}\`v@\``,
  "with space/a b.txt": "\uFEFF@\n\n\n",
  "2026-11-26 10:00:00.txt": "@\n",
  'quo"ted.txt': "x\n-- @\n++ @\n\\ No newline at end of file\n",
  "odd/[1] (a+b) {c,d}!.txt": "x\u2028@\u2029\ry\n",
  "tab\tin.txt": "@\n",
}

describe("unifiedDiff", () => {
  it("is what git applies, to the very bytes that were meant", async () => {
    const { folder, remove } = await temporaryFolder()
    const files = Object.entries(FILES).map(([file, text]) => {
      return { file, before: text.replaceAll("@", "1.6.1.43"), after: text.replaceAll("@", "10.20.30.40") }
    })
    for (const { file, before } of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), before)
    }
    await writeFile(join(folder, "change.patch"), unifiedDiff(files))
    await run("git", ["init", "--quiet"], { cwd: folder })
    await run("git", ["apply", "--whitespace=nowarn", "change.patch"], { cwd: folder })
    for (const { file, after } of files)
      expect([file, await readFile(join(folder, file), "utf8")]).toEqual([file, after])
    await remove()
  })

  it("is nothing where nothing changes", () => expect(unifiedDiff([])).toBe(""))
})
