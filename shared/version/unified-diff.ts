import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff"
import type { VersionChange } from "./set-version.ts"

/** What has changed as one unified diff, as `git diff` shows it and `git apply` takes it. */
export function unifiedDiff(files: VersionChange["files"]): string {
  return files.map(({ file, before, after }) => patch(file, before, after)).join("")
}

function patch(file: string, before: string, after: string): string {
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY }
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options)
}
