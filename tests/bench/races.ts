import { mkdir, readdir, rm, utimes } from "node:fs/promises"
import { join } from "node:path"
import { makeSample } from "../../infra/local/sample/sample.ts"
import { ghInstalled, ghSettings, isInstalled } from "../gh.ts"
import { benchConfiguration, benchSettings, TOKEN } from "./configuration.ts"
import { median } from "./median.ts"
import { type Part, runToEnd, startPart } from "./part.ts"

/** Seconds, medians: ours, and the peers' in the same rounds. */
export interface Races {
  rounds: number
  sizeBytes: number
  publish: { slipway: number; gh: number; oldWay: number }
  /** Nothing new: as a program, its start included, and in a process that runs already, as a function does. */
  repeat: { slipway: number; asFunction: number; oldWay: number }
  /** The same bytes with new dates. */
  redated: { slipway: number; oldWay: number }
}

const ROUNDS = 5
const version = "1.0.0.1"
const tag = `v${version}`
const part = (name: string) => join(import.meta.dirname, "parts", name)
const cli = join(import.meta.dirname, "../../cli/slipway.ts")

interface Ground {
  directory: string
  signal: AbortSignal
}

/**
 * Publishes an image of this size from a directory with `slipway publish`, with `gh release create`, and in the old way, in turn, each
 * in repositories of its own. Answers undefined where the peers' programs, `gh` and `python3`, are not installed.
 */
export async function measureRaces(sizeBytes: number, { directory, signal }: Ground): Promise<Races | undefined> {
  if (!ghInstalled || !isInstalled("python3")) return undefined
  const folder = join(directory, tag)
  const { artifacts } = await benchConfiguration()
  await makeSample({ directory: folder, version, artifacts, sizes: { dmg: sizeBytes } })
  const files = (await readdir(folder)).map((name) => join(folder, name))
  const rounds = Array.from({ length: ROUNDS }, (_, round) => String(round))
  const names = rounds.flatMap((round) => racersOf(round))
  const github = startPart<string>(part("github.ts"), { args: [join(directory, "github"), version, ...names], signal })
  const times = new Map<string, number[]>()
  const note = (what: string, seconds: number) => times.set(what, [...(times.get(what) ?? []), seconds])
  try {
    const url = await github.told()
    const env = ghSettings(url, { token: TOKEN, configuration: join(directory, "gh") })
    for (const round of rounds) {
      const [ours, theirs, old] = racersOf(round)
      const state = join(directory, ours)
      await mkdir(state)
      const settings = await benchSettings(url, state, { assets: `acme/${ours}-assets`, workspace: `acme/${ours}` })
      const slipway = () =>
        runToEnd(process.execPath, [cli, "publish", folder, "--state", state], { env: settings, signal })
      const at = (name: string) => `github.localhost/acme/${name}`
      const create = ["release", "create", tag, ...files, "-R", at(`${theirs}-assets`), "--notes", "New."]
      const oldWay = () =>
        runToEnd("python3", [part("old_way.py"), folder, tag, at(`${old}-assets`), at(old)], { env, signal })

      note("publish slipway", await slipway())
      note("publish gh", await runToEnd("gh", create, { env, signal }))
      note("publish old way", await oldWay())
      note("repeat slipway", await slipway())
      note("repeat old way", await oldWay())
      note("repeat function", await repeated([folder, state], settings, signal))
      const later = new Date(Date.UTC(2026, 0, 1 + Number(round)))
      for (const file of files) await utimes(file, later, later)
      note("redated slipway", await slipway())
      note("redated old way", await oldWay())
      // The disk has to hold one round only.
      for (const name of racersOf(round))
        await rm(join(directory, "github/acme", `${name}-assets`, "assets"), { recursive: true })
    }
  } finally {
    await github.stop()
  }
  const of = (what: string) => median(times.get(what) ?? [])
  return {
    rounds: ROUNDS,
    sizeBytes,
    publish: { slipway: of("publish slipway"), gh: of("publish gh"), oldWay: of("publish old way") },
    repeat: { slipway: of("repeat slipway"), asFunction: of("repeat function"), oldWay: of("repeat old way") },
    redated: { slipway: of("redated slipway"), oldWay: of("redated old way") },
  }
}

function racersOf(round: string): [slipway: string, gh: string, oldWay: string] {
  return [`slipway-${round}`, `gh-${round}`, `old-way-${round}`]
}

async function repeated(args: string[], env: Record<string, string>, signal: AbortSignal): Promise<number> {
  const running: Part<number> = startPart(part("repeats.ts"), { args, env, signal })
  try {
    return await running.told()
  } finally {
    await running.stop()
  }
}
