import { proveAll } from "./matrix.ts"

await proveAll(["another version"])
