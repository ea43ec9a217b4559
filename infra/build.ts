/** Makes `dist/`, the whole app as it is deployed: bundled, split, without dependencies to install. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { bundle } from "./bundle.ts"
import { noticesText, packagesOf } from "./notices.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Builds the app into a folder, which is emptied first. Answers the paths of all sources that are in it. */
export async function buildApp(directory: string): Promise<string[]> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const sources = await bundle(["functions/index.ts"], directory)
  const into = (file: string) => join(directory, file)
  await writeFile(into("THIRD-PARTY-NOTICES.txt"), noticesText(await packagesOf(sources, root)))
  for (const file of ["host.json", "slipway.config.json", "LICENSE"]) await copyFile(join(root, file), into(file))
  const { name, version, license } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
  const manifest = { name, version, license, private: true, type: "module", main: "functions/index.js" }
  await writeFile(into("package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  return sources
}

if (import.meta.main) await buildApp(join(root, "dist"))
