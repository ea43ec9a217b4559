import { compareVersions, isComparable } from "../version/version.ts"
import { type Check, type CheckId, type Finding, fail, pass, skip } from "./check.ts"
import { type Answer, incomparable, judgeStatus, placeOf, quote, RESTORE } from "./endpoint.ts"
import { objectIn } from "./object-in.ts"
import type { Offer } from "./offer.ts"
import type { Offered } from "./sight.ts"
import type { Endpoints } from "./world.ts"

const MAX_BYTES = 64 * 1024
const GOOD = ["ok", "healthy"]

/** A check of an address that tells its server's health and the version it knows. */
export function healthCheck(about: { id: CheckId; title: string; endpoint: keyof Endpoints }): Check {
  const { id, title, endpoint } = about
  return {
    id,
    title,
    timeoutMs: 15_000,
    tries: 3,
    async run({ world, offered }, signal) {
      const address = world.endpoints?.[endpoint]
      if (address === undefined) return skip("no endpoints are configured")
      const read = world.web.read(address, { maxBytes: MAX_BYTES, signal })
      return judgeHealth(placeOf(address), ...(await Promise.all([read, offered()])))
    },
  }
}

/**
 * Judges a health answer: 200, JSON whose `status` is good (ENDPOINT_UNHEALTHY), whose `latest_version` and, where it is there,
 * `latest_build` are the offered ones (ENDPOINT_OUTDATED). Keys it does not know are the server's own business.
 */
export function judgeHealth(place: string, answer: Answer, offered: Offered): Finding[] {
  const wrongStatus = judgeStatus(place, answer)
  if (wrongStatus) return [wrongStatus]
  const health = objectIn(answer.text)
  if (!health) {
    const remedy = "Look what answers at this address: it should be the server's own health, as JSON."
    return [fail("ENDPOINT_UNHEALTHY", `${place} answered with something that is not a JSON object`, remedy)]
  }
  const { status, latest_version: version, latest_build: build } = health
  if (typeof status !== "string" || !GOOD.includes(status.toLowerCase())) {
    return [fail("ENDPOINT_UNHEALTHY", `${place} says that its status is ${quote(status)}`)]
  }
  if (offered.nothing) return [pass(`${place} is healthy; nothing is offered yet`)]
  if (offered.unknown !== undefined) return [incomparable(place, offered.unknown)]
  const differences = [
    ...judgeVersion(place, version, offered.offer),
    ...judgeBuild(place, build, version, offered.offer),
  ]
  return differences.length > 0 ? differences : [pass(`${place} is healthy and offers ${offered.offer.version}`)]
}

function judgeVersion(place: string, found: unknown, { version }: Offer): Finding[] {
  if (found === version) return []
  if (found === undefined) {
    const remedy = "Correct this address in the configuration (endpoints), or deploy a server that says latest_version."
    return [fail("ENDPOINT_OUTDATED", `${place} is healthy but does not say its latest_version`, remedy)]
  }
  return [fail("ENDPOINT_OUTDATED", `${place} offers ${quote(found)}, expected ${version}`, remedyFor(found, version))]
}

/** A build that goes along with a wrong version is no news. */
function judgeBuild(place: string, found: unknown, version: unknown, { build }: Offer): Finding[] {
  if (found === undefined || found === build || found === version) return []
  const remedy = `${RESTORE}: clients compare builds, and a wrong one offers them the same update for ever.`
  return [fail("ENDPOINT_OUTDATED", `${place} says that its build is ${quote(found)}, expected ${build}`, remedy)]
}

function remedyFor(found: unknown, version: string): string | undefined {
  if (typeof found !== "string" || !isComparable(found) || !isComparable(version)) return undefined
  if (compareVersions(found, version) < 0) {
    return `${RESTORE}; if the right manifest is there already, only the restart is missing.`
  }
  return "Somebody changed the VM by hand, or put the workspace's manifest back. Decide which version is right, make it the manifest in both places, then restart the update server."
}
