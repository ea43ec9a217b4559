import { type Answer, plain } from "./answers.ts"
import { LIES } from "./lies.ts"

/** Who decides what is told. */
export interface Teller {
  /** The name of the lie that is told; undefined for the truth. */
  current(): string | undefined
  lie(name: string): void
  tellTruth(): void
}

/** Answers `/_lies`: a list to read, PUT of a name to tell that lie, DELETE to tell the truth. */
export function control(teller: Teller, method: string, path: string): Answer {
  const name = path.slice("/_lies/".length)
  if (name === "" && method === "GET") return plain(listed(teller.current()))
  if (name === "" && method === "DELETE") {
    teller.tellTruth()
    return plain("the truth is told\n")
  }
  if (name === "" || method !== "PUT") return { ...plain("GET or DELETE /_lies, PUT /_lies/NAME\n"), status: 405 }
  const lie = LIES.get(name)
  if (!lie) return { ...plain("there is no such lie; GET /_lies lists them\n"), status: 404 }
  teller.lie(name)
  return plain(`${name}: ${lie.says}\n`)
}

/** One line each; the one that is told is marked. */
function listed(current: string | undefined): string {
  const width = Math.max(...[...LIES.keys()].map(({ length }) => length))
  const lines = [...LIES].map(([name, { says }]) => `${name === current ? ">" : " "} ${name.padEnd(width)}  ${says}`)
  return `${lines.join("\n")}\n`
}
