import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Bundles entry files, paths below the project, into `directory` under the same paths: ES modules that share their chunks. */
export async function bundle(entryPoints: string[], directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints,
    outbase: root,
    outdir: directory,
    chunkNames: "functions/chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minify: true,
    keepNames: true,
    sourcemap: "linked",
    // The Functions worker provides it.
    external: ["@azure/functions-core"],
    // CommonJS packages inside the bundle still call require.
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    logLevel: "warning",
  })
}
