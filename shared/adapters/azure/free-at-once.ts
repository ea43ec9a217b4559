import { setFlagsFromString } from "node:v8"

/**
 * Lets V8 free the buffers of a transfer in the collection that finds them unused, and not beside the program: measured, on a
 * busy machine that comes so late that the next 32 MiB are there before, and full collections begin to chase each other.
 * For the whole process. A V8 that does not know the flag says so on standard error and goes on as before.
 */
export function freeBuffersAtOnce(): void {
  setFlagsFromString("--no-concurrent-array-buffer-sweeping")
}
