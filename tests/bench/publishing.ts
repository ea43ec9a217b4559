import type { ReleaseRecord } from "../../shared/release/model.ts"
import { type Ground, openApp } from "./app.ts"

/** What one publishing of a large image showed. */
export interface Publishing {
  sizeBytes: number
  /** The most memory of the process that runs the functions: before the first event, and in all. */
  idleBytes: number
  peakBytes: number
  /** From the event to the complete release, and of that from the draft to the public release: one pass over the bytes. */
  seconds: number
  publishSeconds: number
  /** The image alone, read with the SDK by a process that does nothing else: the storage's own speed is the limit. */
  download: { seconds: number; peakBytes: number }
}

const version = "1.0.0.1"

/** Publishes an image of this size with a small package and notes. */
export async function measurePublishing(sizeBytes: number, ground: Ground): Promise<Publishing> {
  const app = await openApp(version, ground)
  try {
    const image = await app.ship(version, { dmg: sizeBytes })
    const download = await app.download(image)
    const idleBytes = await app.start()
    const seconds = await app.wake([image], { proofs: 1 })
    const publishSeconds = publishTime(await app.record(`v${version}`))
    return { sizeBytes, idleBytes, peakBytes: app.peakBytes(), seconds, publishSeconds, download }
  } finally {
    await app.close()
  }
}

/** From the draft to the public release. */
function publishTime({ timeline }: ReleaseRecord): number {
  const at = (event: string) => Date.parse(timeline.findLast((entry) => entry.event === event)?.at ?? "")
  return (at("published") - at("draft made")) / 1000
}
