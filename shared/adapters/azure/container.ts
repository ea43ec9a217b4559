import type { ContainerClient } from "@azure/storage-blob"
import { codeOf } from "./exchange.ts"

/** Does the work, and does it again after making the container if that was missing: the healthy path costs no extra call. */
export async function inContainer<T>(
  container: ContainerClient,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (codeOf(error) !== "ContainerNotFound") throw error
    await container.createIfNotExists({ abortSignal: signal })
    return await work()
  }
}

/** An ETag as headers have it: listings of the service leave the quotes out. */
export function quoted(etag: string): string {
  return `"${etag.replaceAll('"', "")}"`
}
