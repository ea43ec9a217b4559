import { Problem } from "../problem.ts"
import { familiarWords } from "./familiar-words.ts"

/** What the line begins with that a script ends with when it has reached its end; JSON follows in the same line. */
const MARKER = "SLIPWAY-VM "

/**
 * How a script of ours begins, right after its `#!` line. It defines, in POSIX sh:
 * - `need TOOL…`: ends the script where a tool is missing;
 * - `decoded BASE64`: the value of a parameter, byte for byte, in `$value`. It is data: quote it, and never let a tool read it
 *   as an option, a pattern or code;
 * - `digest FILE`: the SHA-256 of its bytes, 64 hex digits, in `$sum`;
 * - `answer JSON`: the last line.
 */
export const PRELUDE = `set +xv
set -u
LC_ALL=C
export LC_ALL

need() {
  for tool do
    command -v "$tool" >/dev/null || { printf '%s: not found\\n' "$tool" >&2; exit 1; }
  done
}

# Command substitution takes trailing newlines away: the x keeps them.
decoded() {
  value=$(printf %s "$1" | base64 -d && printf x) || exit 1
  value=\${value%x}
}

digest() {
  sum=$(sha256 <"$1") && sum=\${sum%% *}
}

# macOS has another name for it.
sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

answer() {
  printf '${MARKER}%s\\n' "$1"
}

need base64
command -v sha256sum >/dev/null || need shasum
`

/**
 * Values as parameters of a script: what is no base64 would be code there, for Azure pastes parameters unquoted into it. Throws
 * INTERNAL for a value with a NUL, which no shell can hold.
 */
export function encodeParameters<Name extends string>(
  values: { readonly [N in Name]: string },
): { [N in Name]: string } {
  const encoded = Object.entries<string>(values).map(([name, value]) => {
    if (value.includes("\0")) throw new Problem("INTERNAL", `the script's parameter ${name} holds a NUL`)
    return [name, Buffer.from(value).toString("base64")]
  })
  return Object.fromEntries(encoded)
}

/**
 * The JSON behind the marker: the last one counts. Nothing else says that a script has succeeded. Throws VM_ANSWER_CUT when the
 * line arrived in pieces, and VM_SCRIPT_FAILED when there is none; of what was printed instead it repeats familiar words only.
 */
export function answerBehindMarker(
  { stdout, stderr }: { stdout: string; stderr: string },
  about: { machine: string; script: string },
): unknown {
  const lines = stdout.split("\n")
  const line = lines.findLast((each) => each.startsWith(MARKER))
  if (line === undefined) throw withoutMarker(lines, stderr, about)
  try {
    return JSON.parse(line.slice(MARKER.length))
  } catch {
    // The parser's own error would quote what arrived.
    throw cut(about.machine)
  }
}

function withoutMarker(
  lines: string[],
  stderr: string,
  { machine, script }: { machine: string; script: string },
): Problem {
  const last = lines.findLast((line) => line.trim() !== "")
  if (last !== undefined && (MARKER.startsWith(last) || last.endsWith("}"))) return cut(machine)
  const words = familiarWords(stderr, script)
  return new Problem(
    "VM_SCRIPT_FAILED",
    `the script on ${machine} did not reach its end${words === "" ? " and says nothing about it" : `: ${words}`}`,
  )
}

function cut(machine: string): Problem {
  return new Problem("VM_ANSWER_CUT", `the last line of the script's output on ${machine} is not whole`)
}
