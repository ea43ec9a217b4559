/** The ways in which a secret may be written: as it is, in hex, in a URL, in base64 wherever it begins in what was encoded. */
function writings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString("hex")
  // Of each alignment the part that does not depend on what stands around it.
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "")
    const whole = text.slice(Math.ceil((shift * 4) / 3), -2)
    return [whole, whole.replaceAll("+", "-").replaceAll("/", "_")]
  })
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...base64]
}

/** Where a secret stands in texts, however it is written: one line for each, without the secret. */
export function leaksIn(texts: Iterable<string>, secrets: readonly string[]): string[] {
  const wanted = secrets.map((secret, index) => ({ index, forms: [...new Set(writings(secret))] }))
  return [...texts].flatMap((text) =>
    wanted.flatMap(({ index, forms }) => {
      const form = forms.find((one) => text.includes(one))
      return form === undefined ? [] : [`secret ${index}: ${text.replaceAll(form, "•••").slice(0, 300)}`]
    }),
  )
}
