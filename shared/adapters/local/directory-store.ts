import { createHash } from "node:crypto"
import { open, readFile } from "node:fs/promises"
import { resolve } from "node:path"
import type { Condition, Store } from "../../ports/store.ts"
import { Problem } from "../../problem.ts"
import { onDisk, unlessMissing } from "./disk.ts"
import { pathsBelow } from "./listing.ts"
import { below } from "./paths.ts"
import { inTurn } from "./take-turns.ts"
import { writeText } from "./write-file.ts"

/**
 * Documents as files of a directory. The ETag is the text's digest: whoever read this text may replace it. Writers take
 * turns through a lock beside the file; readers need none, since a document is replaced all at once.
 */
export function directoryStore(directory: string): Store {
  const root = resolve(directory)
  const read = (file: string) => readFile(file, "utf8").catch(unlessMissing)

  return {
    get: (key) =>
      onDisk(`read ${key}`, async () => {
        const text = await read(below(root, key))
        return text === undefined ? undefined : { text, etag: etagOf(text) }
      }),

    put: (key, text, condition) =>
      onDisk(`write ${key}`, () => {
        const file = below(root, key)
        return inTurn(file, async (stillOurs) => {
          if (condition && !holds(condition, await read(file))) throw conflict(key)
          stillOurs()
          await writeText(text, file)
          return etagOf(text)
        })
      }),

    list: (prefix) =>
      onDisk(`list ${root}`, async () => {
        // Not the whole store for the keys of one folder.
        const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1)
        const keys = await pathsBelow(root, folder ? below(root, folder) : root)
        return keys.filter((key) => key.startsWith(prefix))
      }),

    tail: (key, maxBytes) => onDisk(`read ${key}`, () => tailOf(below(root, key), maxBytes)),

    append: (key, text, atBytes) =>
      onDisk(`append to ${key}`, () => {
        const file = below(root, key)
        return inTurn(file, async (stillOurs) => {
          const { sizeBytes } = await tailOf(file, 0)
          if (sizeBytes !== atBytes) throw conflict(key)
          stillOurs()
          await appendText(text, file)
        })
      }),
  }
}

async function tailOf(file: string, maxBytes: number): Promise<{ text: string; sizeBytes: number }> {
  const handle = await open(file).catch(unlessMissing)
  if (!handle) return { text: "", sizeBytes: 0 }
  try {
    const { size: sizeBytes } = await handle.stat()
    const length = Math.min(maxBytes, sizeBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, sizeBytes - length)
    return { text: buffer.toString("utf8", 0, bytesRead), sizeBytes }
  } finally {
    await handle.close()
  }
}

async function appendText(text: string, file: string): Promise<void> {
  const handle = await open(file, "a")
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function holds(condition: Condition, text: string | undefined): boolean {
  if ("ifAbsent" in condition) return text === undefined
  return text !== undefined && etagOf(text) === condition.ifMatch
}

function etagOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

function conflict(key: string): Problem {
  return new Problem("STATE_CONFLICT", `${key} was written by somebody else in the meantime`)
}
