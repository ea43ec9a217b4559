/** Takes the lock it is told to, says so, and holds it until it is killed. */
import { takeLock } from "../../../../shared/adapters/local/lock-file.ts"

const lock = await takeLock(process.argv[2] ?? "", { staleMs: 20_000, renewEveryMs: 5000 })
process.stdout.write(lock ? "held" : "busy")
setInterval(() => {}, 60_000)
