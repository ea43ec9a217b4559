import type { Release } from "../ports/releases.ts"
import { asProblem } from "../problem.ts"
import { type Offer, readOffer } from "./offer.ts"
import type { CheckWorld } from "./world.ts"

/** The workspace's files at one commit. */
export interface SeenWorkspace {
  head: string
  /** The text by path; a file that does not exist is not in the map. */
  files: ReadonlyMap<string, string>
}

/** What clients are offered: an offer, nothing yet, or why nobody can say. */
export type Offered =
  | { offer: Offer; nothing?: never; unknown?: never }
  | { nothing: true; offer?: never; unknown?: never }
  | { unknown: string; offer?: never; nothing?: never }

/** What the checks of one run look at together, each thing once: the world, and what several of them need of it. */
export interface Sight {
  readonly world: CheckWorld
  /** VERSION, the manifest and the files of all version points. Throws the GITHUB_ codes, and FILE_UNREADABLE. */
  everyPoint(): Promise<SeenWorkspace>
  /** VERSION and the manifest at least: a version point that cannot be read is no reason to see nothing. Throws as `everyPoint`. */
  workspace(): Promise<SeenWorkspace>
  /** Never throws: what cannot be read is told by the check `manifest`, and the others compare with nothing. */
  offered(): Promise<Offered>
  /** The public release of a tag. Throws the GITHUB_ codes. */
  release(tag: string): Promise<Release | undefined>
}

/** Opens the eyes of one run. What failed is looked at again when it is asked for again. */
export function openSight(world: CheckWorld): Sight {
  const { policy } = world
  const releases = new Map<string, () => Promise<Release | undefined>>()
  const offering = [policy.versionPath, policy.manifestPath]
  const paths = new Set([...offering, ...world.versionPoints.map(({ file }) => file)])
  const everyPoint = remembered(() => world.workspace.read([...paths]))
  const workspace = remembered(() =>
    everyPoint().catch((error: unknown) => {
      if (asProblem(error).code !== "FILE_UNREADABLE") throw error
      return world.workspace.read(offering)
    }),
  )
  return {
    world,
    everyPoint,
    workspace,
    async offered() {
      try {
        return offeredIn((await workspace()).files.get(policy.manifestPath))
      } catch (error) {
        return { unknown: `the manifest cannot be read (${asProblem(error).code})` }
      }
    },
    release(tag) {
      const look = releases.get(tag) ?? remembered(() => world.releases.published(tag))
      releases.set(tag, look)
      return look()
    },
  }
}

function offeredIn(text: string | undefined): Offered {
  if (text === undefined || text.trim() === "") return { nothing: true }
  const offer = readOffer(text)
  return offer ? { offer } : { unknown: "the manifest is not sound" }
}

/** Does the work once for all who ask, and again only after it has failed. */
function remembered<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    if (!done) {
      const begun = work()
      done = begun
      begun.catch(() => {
        if (done === begun) done = undefined
      })
    }
    return done
  }
}
