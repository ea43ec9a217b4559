/** What stands where a secret stood. */
const HIDDEN = "•••"

/**
 * A text of others without these secrets, however they are written there: as they are, in a URL, in JSON, in hex, or in base64, whatever
 * stands around them in what was encoded.
 */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let told = text
  for (const secret of secrets) for (const form of writings(secret)) told = told.replaceAll(form, HIDDEN)
  return told
}

/** The longest first: what is left of it would be told by a shorter one. */
function writings(secret: string): string[] {
  if (secret === "") return []
  const bytes = Buffer.from(secret)
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...[0, 1, 2].flatMap((shift) => base64At(bytes, shift)),
  ]
  return [...new Set(forms)].sort((one, other) => other.length - one.length)
}

/** Of base64, the letters that hold nothing but the bytes, where `shift` bytes of a group of three stand before them. */
function base64At(bytes: Buffer, shift: number): string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString("base64")
    .replace(/=+$/, "")
  const rest = (shift + bytes.length) % 3
  const own = text.slice(Math.ceil((shift * 4) / 3), rest === 0 ? undefined : -1)
  return own.length < 8 ? [] : [own, own.replaceAll("+", "-").replaceAll("/", "_")]
}
