import type { BlobClient } from "@azure/storage-blob"
import type { Condition, Store } from "../../ports/store.ts"
import { Problem } from "../../problem.ts"
import { connectBlobs, type StorageConnection } from "./connect.ts"
import { inContainer } from "./container.ts"
import { codeOf, exchangeWithin, statusOf } from "./exchange.ts"

/** Documents as blobs of one container (`state`, `reports`), made by the first write; append-only ones as append blobs. */
export async function blobStore(connection: StorageConnection, containerName: string): Promise<Store> {
  const exchange = exchangeWithin(connection.deadlineMs)
  const container = (await connectBlobs(connection)).getContainerClient(containerName)

  return {
    get: (key) =>
      exchange(
        `read ${containerName}/${key}`,
        async (abortSignal) => {
          const { etag = "", readableStreamBody } = await container
            .getBlobClient(key)
            .download(0, undefined, { abortSignal })
          return { text: await textOf(readableStreamBody), etag }
        },
        { on: { 404: () => undefined } },
      ),

    put: (key, text, condition) =>
      exchange(
        `write ${containerName}/${key}`,
        async (abortSignal) => {
          const options = { abortSignal, conditions: conditionsOf(condition) }
          const write = () => container.getBlockBlobClient(key).upload(text, Buffer.byteLength(text), options)
          const { etag = "" } = await inContainer(container, abortSignal, write)
          return etag
        },
        { on: condition ? { 404: conflict(key), 409: conflict(key), 412: conflict(key) } : {} },
      ),

    list: (prefix) =>
      exchange(
        `list ${containerName}/${prefix}`,
        async (abortSignal) => {
          const blobs = await Array.fromAsync(container.listBlobsFlat({ prefix, abortSignal }))
          return blobs.map(({ name }) => name).sort()
        },
        { on: { 404: () => [] } },
      ),

    tail: (key, maxBytes) =>
      exchange(
        `read ${containerName}/${key}`,
        (abortSignal) => tailOf(container.getBlobClient(key), maxBytes, abortSignal),
        {
          on: { 404: () => ({ text: "", sizeBytes: 0 }) },
        },
      ),

    append: (key, text, atBytes) =>
      exchange(
        `append to ${containerName}/${key}`,
        async (abortSignal) => {
          const blob = container.getAppendBlobClient(key)
          const conditions = { appendPosition: atBytes }
          const write = () => blob.appendBlock(text, Buffer.byteLength(text), { abortSignal, conditions })
          const create = () => blob.create({ abortSignal, conditions: { ifNoneMatch: "*" } }).catch(unlessThere)
          await write().catch(async (error) => {
            if (statusOf(error) !== 404 || atBytes > 0) throw error
            await inContainer(container, abortSignal, create)
            await write()
          })
        },
        { on: { 404: conflict(key), 412: conflict(key) } },
      ),
  }
}

/** What an append-only document holds never changes, so that no lock is needed between the two calls. */
async function tailOf(blob: BlobClient, maxBytes: number, abortSignal: AbortSignal) {
  const { contentLength: sizeBytes = 0 } = await blob.getProperties({ abortSignal })
  const count = Math.min(maxBytes, sizeBytes)
  if (count === 0) return { text: "", sizeBytes }
  const { readableStreamBody } = await blob.download(sizeBytes - count, count, { abortSignal })
  return { text: await textOf(readableStreamBody), sizeBytes }
}

async function textOf(body: AsyncIterable<Buffer | string> | undefined): Promise<string> {
  const chunks = await Array.fromAsync(body ?? [], (chunk) => Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

function conditionsOf(condition: Condition | undefined) {
  if (!condition) return {}
  return "ifMatch" in condition ? { ifMatch: condition.ifMatch } : { ifNoneMatch: "*" }
}

function conflict(key: string): () => never {
  return () => {
    throw new Problem("STATE_CONFLICT", `${key} was written by somebody else in the meantime`)
  }
}

/** Another run made it a moment ago: as good as our own. */
function unlessThere(error: unknown): void {
  if (codeOf(error) !== "BlobAlreadyExists") throw error
}
