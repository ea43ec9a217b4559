import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs"

/**
 * Changes a file, and answers how to put it back, byte for byte. Whoever has written it in the meantime has the last word. A file
 * that is not there stays so.
 */
export function tamper(path: string, change: (bytes: Buffer) => Buffer): () => void {
  const before = read(path)
  if (!before) return () => {}
  const after = change(before)
  write(path, after)
  return () => {
    if (read(path)?.equals(after)) write(path, before)
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

/** Nobody may find half a file. */
function write(path: string, bytes: Buffer): void {
  const temporary = `${path}.lie`
  writeFileSync(temporary, bytes, { mode: statSync(path).mode })
  renameSync(temporary, path)
}
