import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import { expect, it, onTestFinished } from "vitest"
import { startFunctionsHost } from "../../../../infra/local/functions-host/host.ts"

it("serves entry files that were bundled with the library, as they are deployed", async () => {
  const outdir = await mkdtemp(join(tmpdir(), "slipway-bundle-"))
  onTestFinished(() => rm(outdir, { recursive: true }))
  await build({
    entryPoints: [join(import.meta.dirname, "entries/hello.ts")],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["@azure/functions-core"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
  })
  const host = await startFunctionsHost({ load: () => import(pathToFileURL(join(outdir, "hello.mjs")).href) })
  onTestFinished(() => host.close())
  expect(await (await fetch(`${host.url}/api/hello/bundle`)).json()).toEqual({ greeting: "hello, bundle" })
})
