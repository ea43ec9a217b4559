import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeSample } from "../../../../infra/local/sample/sample.ts"
import { Problem } from "../../../../shared/problem.ts"
import { openGate } from "../../../../shared/release/gate/gate.ts"
import type { ArtifactKind } from "../../../../shared/release/model.ts"

const names = { dmg: "Nexy.dmg", pkg: "Nexy.pkg", notes: "LATEST_CHANGES.md" }

/** Leads bytes through the gate; answers the Problem it refuses them with, if it does. Anything else it throws, this throws. */
export async function through(
  kind: ArtifactKind,
  bytes: Uint8Array,
  chunkBytes = 1024 * 1024,
): Promise<Problem | undefined> {
  try {
    const gate = await openGate({ name: names[kind], kind, sizeBytes: bytes.byteLength }, async ({ offset, length }) =>
      bytes.subarray(offset, offset + length),
    )
    for (let at = 0; at < bytes.byteLength; at += chunkBytes) gate.write(bytes.subarray(at, at + chunkBytes))
    gate.end()
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

/** A small image and a small package, made once per test file. */
export async function sampleBytes(): Promise<{ dmg: Buffer; pkg: Buffer; notes: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), "slipway-gate-"))
  try {
    await makeSample({ directory, version: "1.6.1.44", sizes: { dmg: 40_000, pkg: 20_000 } })
    const [dmg, pkg, notes] = await Promise.all(Object.values(names).map((name) => readFile(join(directory, name))))
    if (!dmg || !pkg || !notes) throw new Error("the sample is incomplete")
    return { dmg, pkg, notes }
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** A copy with other bytes at an offset. */
export function withBytes(bytes: Uint8Array, at: number, change: Uint8Array | string): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(typeof change === "string" ? Buffer.from(change, "hex") : change, at)
  return copy
}

/** A copy with one bit turned over. */
export function flipped(bytes: Uint8Array, at: number, bit = 0): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
  return copy
}
