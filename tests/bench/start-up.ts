import { glob, readFile } from "node:fs/promises"
import { join } from "node:path"
import { deflateRawSync } from "node:zlib"
import { buildApp } from "../../infra/build.ts"
import { bundle } from "../../infra/bundle.ts"
import { median } from "./median.ts"
import { startPart } from "./part.ts"

/** What stands between an event and the first line of ours: medians, and the package that is fetched. */
export interface StartUp {
  importMs: number
  /** Of an app with one function that does nothing, built the same way. */
  emptyMs: number
  /** Of the package, zipped. */
  packageBytes: number
}

const ROUNDS = 15
const EMPTY = "tests/bench/parts/empty-app"

/** Imports the built app and an empty one in turn, each in a fresh process. */
export async function measureStartUp(directory: string, signal: AbortSignal): Promise<StartUp> {
  const [app, empty] = [join(directory, "app"), join(directory, "empty")]
  await buildApp(app)
  await bundle([`${EMPTY}.ts`], empty)
  const entries = [join(app, "functions/index.js"), join(empty, `${EMPTY}.js`)]
  const times = entries.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [which, entry] of entries.entries()) times[which]?.push(await importTime(entry, signal))
  }
  const [importMs = 0, emptyMs = 0] = times.map(median)
  return { importMs, emptyMs, packageBytes: await zippedBytes(app) }
}

async function importTime(entry: string, signal: AbortSignal): Promise<number> {
  const part = startPart<number>(join(import.meta.dirname, "parts/import.ts"), { args: [entry], signal })
  try {
    return await part.told()
  } finally {
    await part.stop()
  }
}

/** Of every file the deflated bytes, and what a zip says about it twice: 46 and 30 bytes beside its name. */
async function zippedBytes(folder: string): Promise<number> {
  const entries = await Array.fromAsync(glob("**", { cwd: folder, withFileTypes: true }))
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name)
      return deflateRawSync(await readFile(path)).byteLength + 76 + 2 * (path.length - folder.length)
    })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 22)
}
