import { join } from "node:path"
import { bundle } from "../../infra/bundle.ts"

/** What is measured, built as it is deployed: to read TypeScript takes memory and time that the deployed app does not. */
export interface Built {
  /** Holds `functions/`, as they are deployed. */
  app: string
  /** The programs that run them, and their peer. */
  functions: string
  download: string
}

const parts = "tests/bench/parts"

/**
 * Builds the sources as they are now. The functions share the SDK's code with the host that runs them here: in Azure the
 * host is a process of its own.
 */
export async function buildParts(app: string): Promise<Built> {
  await bundle(["functions/index.ts", `${parts}/functions.ts`, `${parts}/download.ts`], app)
  return { app, functions: join(app, parts, "functions.js"), download: join(app, parts, "download.js") }
}
