import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** How many bytes may lie about unused before they are collected. */
const heapedBytes = 1024 * 1024

/**
 * Keeps the buffers of a transfer from piling up: told of the bytes that are done with, it collects the young garbage every
 * MiB. By itself V8 counts 32 MiB of buffers before it looks, and more come while it looks: measured, that is a fifth
 * of the process. A young collection takes some tenths of a millisecond.
 */
export function freeAtOnce(): (bytes: number) => void {
  collect ??= openCollector()
  let lyingBytes = 0
  return (bytes) => {
    lyingBytes += bytes
    if (lyingBytes < heapedBytes) return
    lyingBytes = 0
    collect?.()
  }
}

let collect: (() => void) | undefined

/** V8 gives its collector only to a context that is made while the flag is set. Does nothing where it is not to be had. */
function openCollector(): () => void {
  // In the collection that finds them unused, and not beside the program, which on a busy machine comes late.
  setFlagsFromString("--no-concurrent-array-buffer-sweeping")
  setFlagsFromString("--expose-gc")
  const gc = runInNewContext("globalThis.gc") as NodeJS.GCFunction | undefined
  setFlagsFromString("--no-expose-gc")
  return () => gc?.({ type: "minor" })
}
