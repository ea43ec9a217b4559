const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Text from elsewhere as one that only says something: characters that steer (a terminal, the direction of writing), that no
 * XML may hold, or that nobody sees become U+FFFD, and every kind of white space becomes a blank.
 */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Noncharacter_Code_Point}]/gu, "\ufffd")
}

/** A text of at most so many characters; `…` says that there was more. */
export function clipped(text: string, length: number): string {
  const characters = [...text]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`
}

/** `1.2 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms)
  if (whole < 9950) return `${(whole / SECOND).toFixed(1)} s`
  if (whole < MINUTE - SECOND / 2) return `${Math.round(whole / SECOND)} s`
  if (whole < HOUR - SECOND / 2) return pair(Math.round(whole / SECOND), 60, "min", "s")
  if (whole < DAY - MINUTE / 2) return pair(Math.round(whole / MINUTE), 60, "h", "min")
  return pair(Math.round(whole / HOUR), 24, "d", "h")
}

function pair(units: number, base: number, large: string, small: string): string {
  const rest = units % base
  return `${Math.floor(units / base)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`
}

/** `2 minutes ago`; what lies ahead, by a clock that is wrong, is `just now`. */
export function ago(at: string, now: Date): string {
  const ms = now.getTime() - Date.parse(at)
  if (Number.isNaN(ms)) return "at an unknown time"
  if (ms < 5 * SECOND) return "just now"
  return `${period(ms)} ago`
}

/** `2 minutes`, `3 hours`: the largest unit, rounded down. */
export function period(ms: number): string {
  if (ms < MINUTE) return counted(Math.max(0, Math.floor(ms / SECOND)), "second")
  if (ms < HOUR) return counted(Math.floor(ms / MINUTE), "minute")
  if (ms < 2 * DAY) return counted(Math.floor(ms / HOUR), "hour")
  return counted(Math.floor(ms / DAY), "day")
}

/** `1 check`, `2 checks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `22 Nov 2026, 10:00 UTC`. What is no date stays as it is. */
export function moment(at: string | Date): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  const clock = date.toISOString().slice(11, 16)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
}

/** Sentences as one text, each with its full stop. */
export function sentences(...parts: (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== "")
  return said.map((part) => (/[.!?…]$/.test(part as string) ? part : `${part}.`)).join(" ")
}

/** An address that may be followed: https, or http on this very machine, and no credentials in it. */
export function followable(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const { protocol, hostname, username, password, href } = new URL(text)
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname)
  const safe = protocol === "https:" || (protocol === "http:" && loopback)
  return safe && username === "" && password === "" ? href : undefined
}
