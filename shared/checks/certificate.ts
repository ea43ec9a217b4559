import type { Certificate } from "../ports/web.ts"
import { type Check, type Finding, fail, pass, skip, thrown } from "./check.ts"
import { dayOf, daysUntil, GOOD_FOR_DAYS, untilWords } from "./days.ts"

/** Every server's certificate, once each. */
export const certificate: Check = {
  id: "certificate",
  title: "The servers' certificates stay valid",
  timeoutMs: 15_000,
  tries: 2,
  run({ world }, signal) {
    const urls = Object.values(world.endpoints ?? {}).flatMap((address) => URL.parse(address) ?? [])
    if (urls.length === 0) return Promise.resolve(skip("no endpoints are configured"))
    const byHost = new Map(urls.map((url) => [url.host, url]))
    const looks = [...byHost].map(async ([host, { protocol, origin }]) => {
      if (protocol !== "https:") return skip(`${host} is reached over plain http and has no certificate`)
      // One server that is down hides nothing of the others.
      return world.web.certificate(origin, signal).then((seen) => judgeCertificate(host, seen, world.now()), thrown)
    })
    return Promise.all(looks)
  },
}

/** Judges a certificate by our own clock: CERTIFICATE_INVALID when clients refuse it, CERTIFICATE_EXPIRING when they soon will. */
export function judgeCertificate(host: string, seen: Certificate, now: Date): Finding {
  const { validFrom, validTo, refusedBecause } = seen
  if (validTo <= now) {
    return fail("CERTIFICATE_INVALID", `the certificate of ${host} expired on ${dayOf(validTo)}`, RENEW)
  }
  if (validFrom > now) {
    const remedy = "Look at the clock of the server that issued it, and at our own."
    return fail("CERTIFICATE_INVALID", `the certificate of ${host} is not valid before ${dayOf(validFrom)}`, remedy)
  }
  if (refusedBecause !== undefined) {
    return fail("CERTIFICATE_INVALID", `clients refuse the certificate of ${host}: ${refusedBecause}`)
  }
  const until = untilWords(validTo, now)
  if (daysUntil(validTo, now) < GOOD_FOR_DAYS)
    return fail("CERTIFICATE_EXPIRING", `the certificate of ${host} is valid ${until}`)
  return pass(`the certificate of ${host} is valid ${until}`)
}

const RENEW = "Renew the certificate (certbot renew) and reload nginx: no client can connect."
