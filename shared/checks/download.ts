import type { Download } from "../ports/web.ts"
import { Problem } from "../problem.ts"
import { createDigest, hexOf } from "../release/digest.ts"
import { type Check, type Finding, fail, pass, skip } from "./check.ts"
import { judgeStatus, placeOf } from "./endpoint.ts"
import type { Offer } from "./offer.ts"
import { withPatience } from "./patience.ts"

/** How long the head, or the next bytes, may be waited for. */
const QUIET_MS = 20_000

/** The installer that clients are offered. */
export const download: Check = downloadCheck(QUIET_MS)

/** The check, with another patience in tests. */
export function downloadCheck(quietMs: number): Check {
  return {
    id: "download",
    title: "The installer downloads as it was released",
    // Of a deep look, at 2 GiB over a slow line. Others end with their head.
    timeoutMs: 600_000,
    tries: 2,
    async run({ world, offered }, signal) {
      const { offer, nothing, unknown } = await offered()
      if (nothing) return skip("nothing is offered yet")
      if (!offer) return skip(`nobody can say what is offered: ${unknown}`)
      const place = placeOf(offer.url)
      try {
        return await withPatience(quietMs, signal, async (patient, moved) => {
          const begun = await world.web.download(offer.url, patient)
          try {
            const wrong = judgeHead(place, begun, offer, world.deep)
            if (wrong || !world.deep) return wrong ?? pass(`${place} answers and promises ${offer.sizeBytes} bytes`)
            return judgeBytes(place, await readAll(begun, offer.sizeBytes, moved), offer)
          } finally {
            begun.close()
          }
        })
      } catch (error) {
        throw withRemedy(error)
      }
    },
  }
}

/**
 * Judges the head of a download: 200 and the manifest's length, else DOWNLOAD_DIFFERS, or ENDPOINT_UNHEALTHY for what passes by
 * itself. A deep look counts the bytes, so it can do without a promise. Undefined when all is well.
 */
export function judgeHead(
  place: string,
  { status, sizeBytes }: Pick<Download, "status" | "sizeBytes">,
  offer: Offer,
  deep: boolean,
): Finding | undefined {
  if (status === 429 || status >= 500) {
    const remedy = "Look at githubstatus.com; when the host of the files is well again, this passes by itself."
    return fail("ENDPOINT_UNHEALTHY", `${place} answered ${status}`, remedy)
  }
  if (status === 404 || status === 410) {
    const remedy =
      "Look whether the release is public and the repository too. Until it is, put the manifest before it back: clients are offered a file that is not there."
    return fail("DOWNLOAD_DIFFERS", `${place} answered ${status}: what the manifest offers is not there`, remedy)
  }
  const wrongStatus = judgeStatus(place, { status, text: "" })
  if (wrongStatus) {
    const remedy = "Open the address without signing in. Until it works there, put the manifest before it back."
    return fail("DOWNLOAD_DIFFERS", wrongStatus.message, remedy)
  }
  if (sizeBytes === offer.sizeBytes || (deep && sizeBytes === undefined)) return undefined
  const promised = sizeBytes === undefined ? "does not say how long it is" : `promises ${sizeBytes} bytes`
  return fail("DOWNLOAD_DIFFERS", `${place} ${promised}, expected ${offer.sizeBytes} bytes`)
}

/** What came, up to the first byte too many. */
export interface Received {
  sizeBytes: number
  /** 64 lowercase hex digits; undefined when too much came. */
  sha256?: string
}

/** Judges the bytes themselves: as many as the manifest says, with its digest, else DOWNLOAD_DIFFERS. */
export function judgeBytes(place: string, { sizeBytes, sha256 }: Received, offer: Offer): Finding {
  if (sha256 === undefined) {
    return fail("DOWNLOAD_DIFFERS", `${place} sends more than the ${offer.sizeBytes} bytes that the manifest says`)
  }
  if (sizeBytes !== offer.sizeBytes) {
    return fail("DOWNLOAD_DIFFERS", `${place} ended after ${sizeBytes} bytes, expected ${offer.sizeBytes}`)
  }
  if (sha256 !== offer.sha256) {
    return fail("DOWNLOAD_DIFFERS", `${place} has the sha256 ${sha256}, expected ${offer.sha256}`)
  }
  return pass(`all ${sizeBytes} bytes of ${place} were read: their sha256 is the manifest's`)
}

async function readAll(begun: Download, limitBytes: number, moved: () => void): Promise<Received> {
  const digest = createDigest()
  let sizeBytes = 0
  for await (const chunk of begun.bytes()) {
    moved()
    sizeBytes += chunk.byteLength
    if (sizeBytes > limitBytes) return { sizeBytes }
    digest.update(chunk)
  }
  return { sizeBytes, sha256: hexOf(digest.digest()) }
}

/** These files lie with GitHub, not on the update server. */
function withRemedy(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== "ENDPOINT_UNREACHABLE") return error
  const remedy =
    "Look at githubstatus.com, and whether artifact.url in the manifest is right; the check runs again by itself."
  return new Problem(error.code, error.message, { cause: error, remedy })
}
