import { promises } from "node:dns"
import { isIP, type LookupFunction } from "node:net"
import ipaddr from "ipaddr.js"
import { Problem } from "../../problem.ts"

/** How a name becomes an address, and an address a wire. */
export interface Ways {
  /** Finds the addresses of a name; the system's resolver unless a test replaces it. */
  lookup?: (name: string) => Promise<readonly string[]>
  /** Where an address really leads. Tests lead public addresses to themselves; what is judged is the address before. */
  route?: (address: string) => string
}

/** One step of the way to an answer: whether it was reached from a public address, and whether it is one itself. */
export interface Hop {
  readonly fromPublic: boolean
  public: boolean
}

/** Whether an address is one of the open internet: not loopback, private, link-local, reserved or a tunnel into another. */
export function isPublic(address: string): boolean {
  return ipaddr.process(address.replace(/%.*$/, "")).range() === "unicast"
}

/**
 * The lookup of one hop, for `node:net`. It judges the very addresses that are connected to, so a name that answers differently
 * the next time is of no use. Fails with REDIRECT_REFUSED on the way from a public address to one that is not.
 */
export function judgedLookup(hop: Hop, { lookup = systemLookup, route = (address) => address }: Ways): LookupFunction {
  return (name, { all }, callback) => {
    lookup(name).then(
      (found) => {
        try {
          for (const address of found) judge(hop, name, address)
        } catch (error) {
          return callback(error as Error, [])
        }
        const routed = found.map(route).map((address) => ({ address, family: isIP(address) }))
        const [first] = routed
        if (!first) return callback(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), [])
        return all ? callback(null, routed) : callback(null, first.address, first.family)
      },
      (error: Error) => callback(error as NodeJS.ErrnoException, []),
    )
  }
}

/** Judges a host that is an address already: `node:net` looks only names up. Throws REDIRECT_REFUSED. */
export function judgeLiteral(hop: Hop, hostname: string): void {
  if (isIP(hostname)) judge(hop, hostname, hostname)
}

function judge(hop: Hop, name: string, address: string): void {
  if (isPublic(address)) hop.public = true
  else if (hop.fromPublic) {
    throw new Problem(
      "REDIRECT_REFUSED",
      `a redirect leads from the internet to ${name}, an address of a private network`,
    )
  }
}

async function systemLookup(name: string): Promise<string[]> {
  const found = await promises.lookup(name, { all: true })
  return found.map(({ address }) => address)
}
