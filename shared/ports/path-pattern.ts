import picomatch from "picomatch"

/** Whether a path stands for all files that match it: `*` within a folder's name or a file's, `**` for folders of any depth. */
export function isPattern(path: string): boolean {
  return path.includes("*")
}

/** Those of some paths that a path of a workspace means, sorted: itself, or all that match. Nothing but `*` and `**` is special. */
export function matching(pattern: string, paths: Iterable<string>): string[] {
  const matches = isPattern(pattern) ? picomatch(literally(pattern), { dot: true }) : (path: string) => path === pattern
  return [...paths].filter((path) => matches(path)).sort()
}

/** Whoever has a bracket in the name of a folder means a bracket. */
function literally(pattern: string): string {
  return pattern.replace(/[^\w/*.-]/g, "\\$&")
}
