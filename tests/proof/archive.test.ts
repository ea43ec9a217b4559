import { proveAll } from "./matrix.ts"

await proveAll(["the archive"])
