import { startStorage } from "../../../infra/local/storage/storage.ts"
import { tell } from "./tell.ts"

const [directory = ""] = process.argv.slice(2)
tell((await startStorage({ directory })).connectionString)
