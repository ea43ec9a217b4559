/** A flat object as Python's `json.dumps` writes it: a blank after commas and colons, nothing but ASCII. */
export function pythonJson(object: { readonly [key: string]: unknown }): string {
  const members = Object.entries(object).map(([key, value]) => `${text(key)}: ${text(value)}`)
  return `{${members.join(", ")}}`
}

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? "null"
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
}

/** `2026-11-22T06:37:14.285000`: no zone, six digits, and no fraction at all when it is zero. */
export function pythonTime(at: Date): string {
  const [whole = "", fraction = ""] = at.toISOString().slice(0, -1).split(".")
  return fraction === "000" ? whole : `${whole}.${fraction}000`
}

/** `Sun, 22 Nov 2026 06:37:14 +0000`. */
export function mailTime(at: Date): string {
  return at.toUTCString().replace("GMT", "+0000")
}

/** The text of UTF-8 bytes, their byte-order mark kept. Throws for anything else, as Python does. */
export function pythonText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
}
