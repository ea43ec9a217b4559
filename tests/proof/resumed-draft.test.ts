import { proveAll } from "./matrix.ts"

await proveAll(["a resumed draft"])
