/** Makes `dist/`, the whole app as it is deployed: bundled, split, without dependencies to install. */
import { copyFile, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { bundle } from "./bundle.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const dist = `${root}dist`

await rm(dist, { recursive: true, force: true })
await mkdir(dist)
await bundle(await Array.fromAsync(glob("functions/*.ts", { cwd: root })), dist)

for (const file of ["host.json", "slipway.config.json"]) await copyFile(`${root}${file}`, `${dist}/${file}`)
const { name, version, license } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as Record<string, string>
const manifest = { name, version, license, private: true, type: "module", main: "functions/*.js" }
await writeFile(`${dist}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`)
