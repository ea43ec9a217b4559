/** Appends lines to `ledger.jsonl` as a process of its own: azure|local, connection string|directory, a name, and how many. */
import { blobStore } from "../../shared/adapters/azure/blob-store.ts"
import { directoryStore } from "../../shared/adapters/local/directory-store.ts"
import { Problem } from "../../shared/problem.ts"

const [kind, place = "", name, count] = process.argv.slice(2)
const [connectionString = "", container = ""] = place.split(" ")
const store = kind === "azure" ? await blobStore({ connectionString }, container) : directoryStore(place)

for (let line = 0; line < Number(count); ) {
  const { sizeBytes } = await store.tail("ledger.jsonl", 0)
  try {
    await store.append("ledger.jsonl", `${name} ${line}\n`, sizeBytes)
    line += 1
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "STATE_CONFLICT") throw error
  }
}
