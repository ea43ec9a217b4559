import { proveAll } from "./matrix.ts"

await proveAll(["the manifest on the VM"])
