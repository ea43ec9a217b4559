import type { SecretFacts } from "../ports/vault.ts"
import { type Check, type Finding, fail, pass, skip, thrown } from "./check.ts"
import { dayOf, daysUntil, GOOD_FOR_DAYS, untilWords } from "./days.ts"

/** Every secret that a setting refers to, looked at without its value. */
export const keyVault: Check = {
  id: "key-vault",
  title: "The secrets in the vault stay usable",
  timeoutMs: 15_000,
  tries: 2,
  run({ world }, signal) {
    if (!world.vault) return Promise.resolve(skip("no vault is configured"))
    const { vault, names } = world.vault
    if (names.length === 0) return Promise.resolve(skip("no setting refers to a secret in the vault"))
    // One secret that cannot be looked at hides nothing of the others.
    const looks = names.map((name) =>
      vault.describe(name, signal).then((facts) => judgeSecretFacts(name, facts, world.now()), thrown),
    )
    return Promise.all(looks)
  },
}

/** Judges one secret by our own clock: SECRET_MISSING, SECRET_DISABLED, or SECRET_EXPIRING within 14 days. */
export function judgeSecretFacts(name: string, facts: SecretFacts | undefined, now: Date): Finding {
  if (!facts) return fail("SECRET_MISSING", `the vault has no secret ${name}`)
  const { enabled, expiresAt } = facts
  if (!enabled) return fail("SECRET_DISABLED", `the secret ${name} is disabled in the vault`)
  if (!expiresAt) return pass(`${name} is enabled and has no end`)
  if (expiresAt <= now) return fail("SECRET_EXPIRING", `the secret ${name} expired on ${dayOf(expiresAt)}`, RENEW)
  const until = untilWords(expiresAt, now)
  if (daysUntil(expiresAt, now) < GOOD_FOR_DAYS) return fail("SECRET_EXPIRING", `the secret ${name} is good ${until}`)
  return pass(`${name} is enabled, and good ${until}`)
}

const RENEW = "Make a new version of the secret in the vault, with a value that is still accepted."
