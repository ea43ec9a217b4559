/** Commits `new` to all files in `files/`, and kills itself as soon as the one it is told is new. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { checkout } from "../../../../shared/adapters/local/checkout.ts"

const [directory = "", first = ""] = process.argv.slice(2)
const workspace = await checkout(directory)
const { head, files } = await workspace.read(["files/*"])
const look = () => {
  if (readFileSync(join(directory, first), "utf8") === "new\n") process.kill(process.pid, "SIGKILL")
  setImmediate(look)
}
look()
await workspace.commit({ head, message: "", files: new Map([...files.keys()].map((path) => [path, "new\n"])) })
