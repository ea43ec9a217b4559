import { type Ground, openApp } from "./app.ts"

/** What events too many cost, and many batches at once. */
export interface Events {
  /** Events for a batch that is finished already, all at once. */
  duplicates: number
  secondsOfDuplicates: number
  /** Of one of them, on average. */
  githubCalls: number
  /** Of all of them. */
  githubWrites: number
  blobWrites: number
  releases: number
  /** Seconds for each batch that is dropped in anew after its release: of one alone, and of so many at once. */
  batches: number
  secondsAlone: number
  secondsTogether: number
}

const DUPLICATES = 1000
const BATCHES = 32
const versionOf = (index: number) => `1.0.0.${index}`

/** One batch, its event a thousand times more, and then many batches at once: VERSION lets only one at a time be released for the first time. */
export async function measureEvents(ground: Ground): Promise<Events> {
  const app = await openApp(versionOf(1), ground)
  try {
    const first = await app.ship(versionOf(1))
    await app.start()
    await app.wake([first], { proofs: 1 }) // Loads all there is.
    const [callsBefore, blobsBefore] = [await app.calls(), await app.blobs()]
    const secondsOfDuplicates = await app.wake(Array(DUPLICATES).fill(first), { proofs: 0 })
    const [calls, blobs] = [(await app.calls()).slice(callsBefore.length), await app.blobs()]

    for (let index = 2; index <= BATCHES; index++) {
      await app.setVersion(versionOf(index))
      await app.wake([await app.ship(versionOf(index))], { proofs: 1 })
      await app.record(`v${versionOf(index)}`)
    }
    const anew: string[] = []
    for (let index = 1; index <= BATCHES; index++) anew.push(await app.ship(versionOf(index)))
    const secondsAlone = await app.wake(anew.slice(0, 1), { proofs: 0 })
    const secondsTogether = (await app.wake(anew.slice(1), { proofs: 0 })) / (BATCHES - 1)
    const left = [...(await app.blobs())].filter((blob) => blob.startsWith("inbox/"))
    if (left.length > 0) throw new Error(`${left.length} files are left in the inbox`)
    return {
      duplicates: DUPLICATES,
      secondsOfDuplicates,
      githubCalls: calls.length / DUPLICATES,
      githubWrites: calls.filter(({ write }) => write).length,
      blobWrites: blobs.symmetricDifference(blobsBefore).size,
      releases: [...callsBefore, ...calls].filter(({ operation }) => operation === "repos/create-release").length,
      batches: BATCHES,
      secondsAlone,
      secondsTogether,
    }
  } finally {
    await app.close()
  }
}
