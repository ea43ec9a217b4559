import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeSample, writeDmg } from "../../../../infra/local/sample/sample.ts"
import { openGate } from "../../../../shared/release/gate/gate.ts"
import type { ArtifactKind } from "../../../../shared/release/model.ts"

const kinds: Record<string, ArtifactKind> = { "Nexy.dmg": "dmg", "Nexy.pkg": "pkg", "LATEST_CHANGES.md": "notes" }

async function leadThroughGate(path: string, kind: ArtifactKind): Promise<void> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const gate = await openGate({ name: basename(path), kind, sizeBytes: size }, async ({ offset, length }) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    })
    for await (const chunk of createReadStream(path)) gate.write(chunk)
    gate.end()
  } finally {
    await file.close()
  }
}

describe("sample", () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-sample-"))
  })
  afterEach(() => rm(directory, { recursive: true }))
  const made = async (name: string, version: string, seed?: string) => {
    const options = { directory: join(directory, name), version, ...(seed !== undefined && { seed }) }
    const { files } = await makeSample(options)
    return Promise.all(
      files.map(async (file) =>
        createHash("sha256")
          .update(await readFile(file))
          .digest("hex"),
      ),
    )
  }

  it("passes the gate", async () => {
    const { files } = await makeSample({ directory: join(directory, "deep", "down"), version: "1.6.1.44" })
    expect(files.map((file) => basename(file))).toEqual(Object.keys(kinds))
    for (const file of files) await leadThroughGate(file, kinds[basename(file)] ?? "notes")
  })

  it("is the same for the same version, and another for another version or seed", async () => {
    const first = await made("first", "1.6.1.44")
    expect(await made("again", "1.6.1.44")).toEqual(first)
    const [next, other] = [await made("next", "1.6.1.45"), await made("other", "1.6.1.44", "other")]
    const installers = [first, next, other].flatMap((files) => files.slice(0, 2))
    expect(new Set(installers).size).toBe(6)
  })

  // Around one and two blocks of 1 MiB, where the number of blocks changes the size of the tables.
  it.each([4_000, 40_000, 1_048_576, 1_050_200, 1_050_300, 1_052_000, 2_098_900, 9_000_001])(
    "makes an image of exactly %i bytes",
    async (sizeBytes) => {
      const path = join(directory, "Nexy.dmg")
      await writeDmg(path, { sizeBytes, seed: "any" })
      expect((await stat(path)).size).toBe(sizeBytes)
      await leadThroughGate(path, "dmg")
    },
  )

  it("refuses to make an image that is smaller than its own tables", async () => {
    await expect(writeDmg(join(directory, "Nexy.dmg"), { sizeBytes: 1000, seed: "any" })).rejects.toThrow(RangeError)
  })
})
