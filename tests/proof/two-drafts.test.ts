import { proveAll } from "./matrix.ts"

await proveAll(["two drafts of one tag"])
