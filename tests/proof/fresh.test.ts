import { proveAll } from "./matrix.ts"

await proveAll(["a fresh release"])
