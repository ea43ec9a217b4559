import { proveAll } from "./matrix.ts"

await proveAll(["a repeat"])
