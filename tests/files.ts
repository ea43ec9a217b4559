import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeSample } from "../infra/local/sample/sample.ts"
import { type Files, POLICY } from "./world.ts"

const made = new Map<string, Promise<Files>>()

/** A small product that passes the gate: the same version, the same bytes. An image too long for one chunk has 1.2 MB. */
export function sampleFiles(version = "1.6.1.44", dmgBytes = 60_000): Promise<Files> {
  const key = `${version} ${dmgBytes}`
  const files = made.get(key) ?? make(version, dmgBytes)
  made.set(key, files)
  return files
}

async function make(version: string, dmgBytes: number): Promise<Files> {
  const directory = await mkdtemp(join(tmpdir(), "slipway-sample-"))
  const sizes = { dmg: dmgBytes, pkg: 8_000 }
  await makeSample({ directory, version, product: POLICY.product, artifacts: POLICY.artifacts, sizes })
  const entries = POLICY.artifacts.map(async ({ name }) => [name, await readFile(join(directory, name))] as const)
  const files = Object.fromEntries(await Promise.all(entries))
  await rm(directory, { recursive: true })
  return files
}

/** The same bytes, one of them different. */
export function flipped(bytes: Buffer | undefined, at: number): Buffer {
  const copy = Buffer.from(bytes ?? [])
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
  return copy
}
