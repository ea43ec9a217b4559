import { parseAlertState } from "../alerts/parse-state.ts"
import type { AlertState } from "../alerts/state.ts"
import { objectIn } from "../checks/object-in.ts"
import type { Store } from "../ports/store.ts"
import { asProblem } from "../problem.ts"
import type { Log } from "../release/world.ts"
import { parseStanding } from "../report/parse-standing.ts"
import type { Standing } from "../report/standing.ts"
import { warn } from "./warn.ts"

/** All that runs remember of each other, in one document, so that it changes as one. */
export interface Notebook {
  /** How many runs there have been. */
  sequence: number
  standing?: Standing
  alert: AlertState
  /** The marks of the latest runs: one whose answer was lost is not entered twice. */
  marks: string[]
  /** When that was which was last told to have been put right, ISO 8601. Nothing older is told. */
  healed?: string
}

/** Reads and changes the notebook. Neither ever throws: a store that is down must not keep a run from telling what it saw. */
export interface NotebookKeeper {
  read(): Promise<Notebook>
  /** Writes what `edit` makes of the newest notebook; `edit` runs again when somebody else was faster. */
  change(edit: (notebook: Notebook) => Notebook): Promise<Notebook>
}

const KEY = "standing.json"

/** Many runs at one moment are rare; more conflicts than this are an outage. */
const TRIES = 20

/**
 * Keeps the notebook in a store, for one run after the other, each of which says in its own log what fails. While the store is
 * down, what this process remembers is gone on with, and written down as soon as it is back.
 */
export function keepNotebook(store: Store): (log: Log) => NotebookKeeper {
  let remembered: Notebook | undefined
  let unsaved = false

  async function load(): Promise<{ notebook: Notebook; etag: string | undefined }> {
    const found = await store.get(KEY)
    const stored = parse(found?.text)
    const ahead = unsaved && remembered && remembered.sequence >= stored.sequence ? remembered : undefined
    return { notebook: ahead ?? stored, etag: found?.etag }
  }

  async function attempt(edit: (notebook: Notebook) => Notebook): Promise<Notebook> {
    for (let left = TRIES; ; left--) {
      const { notebook, etag } = await load()
      const next = edit(notebook)
      try {
        await store.put(KEY, JSON.stringify(next), etag === undefined ? { ifAbsent: true } : { ifMatch: etag })
        return next
      } catch (error) {
        if (asProblem(error).code !== "STATE_CONFLICT" || left === 1) throw error
      }
    }
  }

  return (log) => ({
    async read() {
      try {
        return (await load()).notebook
      } catch (error) {
        warn(error, log)
        return remembered ?? parse(undefined)
      }
    },
    async change(edit) {
      try {
        remembered = await attempt(edit)
        unsaved = false
      } catch (error) {
        warn(error, log)
        remembered = edit(remembered ?? parse(undefined))
        unsaved = true
      }
      return remembered
    },
  })
}

/** A damaged notebook is history lost, never a reason to stop. */
function parse(text: string | undefined): Notebook {
  const found = objectIn(text ?? "") ?? {}
  const standing = parseStanding(found.standing)
  const { sequence, marks, healed } = found
  return {
    sequence: typeof sequence === "number" && Number.isSafeInteger(sequence) ? sequence : 0,
    ...(standing && { standing }),
    alert: parseAlertState(found.alert),
    marks: Array.isArray(marks) ? marks.filter((mark) => typeof mark === "string") : [],
    ...(typeof healed === "string" && { healed }),
  }
}
