import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * Bundles entry files, paths below the project, into `directory` under the same paths: ES modules that share their chunks.
 * Answers the paths of all sources that are in it.
 */
export async function bundle(entryPoints: string[], directory: string): Promise<string[]> {
  const { metafile } = await build({
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
    // Enough for stacks that name file and line: the sources themselves would be four fifths of the package.
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    // The build that Node would take hides its imports from every bundler, and then does not find them.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    // The Functions worker provides it.
    external: ["@azure/functions-core"],
    // CommonJS packages inside the bundle still call require.
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    logLevel: "warning",
  })
  // An input that nothing of is left in any output is not there.
  const outputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  return [...new Set(outputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path))]
}
