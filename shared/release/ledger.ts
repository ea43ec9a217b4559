import type { Release } from "../ports/releases.ts"
import type { Store } from "../ports/store.ts"
import { digestOf } from "./digest.ts"
import type { ReleaseRecord } from "./model.ts"

const LEDGER = "ledger.jsonl"

/** How far back a repeated entry is looked for, in bytes: some hundred releases. */
const TAIL_BYTES = 128 * 1024

/**
 * Adds one line about a published release, which holds the digest of the line before: nobody can change history unseen.
 * Looks first, so that a run that was cut off after writing does not write twice.
 * Throws STATE_CONFLICT when another release was added at the same moment.
 */
export async function enterLedger(store: Store, record: ReleaseRecord, release: Release, at: Date): Promise<void> {
  const { text, sizeBytes } = await store.tail(LEDGER, TAIL_BYTES)
  const lines = text.split("\n").filter((line) => line !== "")
  if (lines.some((line) => line.includes(`"tag":${JSON.stringify(record.tag)},`))) return
  const entry = {
    at: at.toISOString(),
    tag: record.tag,
    release: { id: release.id, url: release.url },
    assets: release.assets.map(({ name, sizeBytes: size, digest }) => ({ name, size, digest })),
    ...(record.manifest && { manifest: record.manifest }),
    before: lines.length > 0 ? digestOf(`${lines.at(-1)}`) : null,
  }
  await store.append(LEDGER, `${JSON.stringify(entry)}\n`, sizeBytes)
}
