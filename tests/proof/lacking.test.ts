import { proveAll } from "./matrix.ts"

await proveAll(["a published release that lacks a file", "an immutable release that lacks a file"])
