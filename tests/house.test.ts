import { spawnSync } from "node:child_process"
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { OPERATIONS, operationsText } from "../infra/docs.ts"
import { schemaText } from "../infra/schema.ts"
import { problems } from "../shared/problem.ts"
import { temporaryFolder } from "./stack.ts"

const FORBIDDEN = [
  ["shared/ports/port.ts", "../problem.ts"],
  ["shared/version/version.ts", "../release/plan.ts"],
  ["shared/release/root.ts", "../app.ts"],
  ["shared/release/policy.ts", "../config/config.ts"],
  ["shared/release/client.ts", "../adapters/github/client.ts"],
  ["shared/release/sdk.ts", "@azure/storage-blob"],
  ["shared/release/gate/root.ts", "../../app.ts"],
  ["shared/config/config.ts", "../release/plan.ts"],
  ["shared/release/proof.ts", "../checks/check.ts"],
  ["shared/vm/core.ts", "../release/plan.ts"],
  ["shared/checks/page.ts", "../report/report.ts"],
  ["shared/checks/client.ts", "../adapters/github/client.ts"],
  ["shared/report/voice.ts", "../alerts/alert.ts"],
  ["shared/alerts/settings.ts", "../config/config.ts"],
  ["shared/alerts/run.ts", "../verify/verify.ts"],
  ["shared/verify/root.ts", "../compose/slipway.ts"],
  ["shared/verify/client.ts", "../adapters/web/web.ts"],
  ["shared/compose/stack.ts", "../../infra/local/stack.ts"],
  ["shared/adapters/web/core.ts", "../../checks/check.ts"],
  ["shared/adapters/azure/neighbour.ts", "../github/client.ts"],
  ["shared/adapters/github/core.ts", "../../release/digest.ts"],
  ["shared/adapters/local/sdk.ts", "@azure/storage-blob"],
  ["functions/core.ts", "../shared/release/plan.ts"],
  ["cli/adapter.ts", "../shared/adapters/azure/blob-inbox.ts"],
  ["shared/app.ts", "../infra/local/stack.ts"],
] as const

const ALLOWED = [
  ["shared/release/observe.ts", "../ports/inbox.ts"],
  ["shared/adapters/azure/errors.ts", "../../problem.ts"],
  ["functions/delegate.ts", "../shared/app.ts"],
] as const

describe("the house", () => {
  let told = ""
  let remove = async () => {}

  /** A house of wrong turns beside ours, under our own rules, read by one run of the linter. */
  beforeAll(async () => {
    const temporary = await temporaryFolder()
    remove = temporary.remove
    const write = async (path: string, text: string) => {
      await mkdir(dirname(join(temporary.folder, path)), { recursive: true })
      await writeFile(join(temporary.folder, path), text)
    }
    for (const [path, imported] of [...FORBIDDEN, ...ALLOWED]) {
      await write(path, `import { x } from "${imported}"\n\nexport const y = x\n`)
    }
    await write("shared/release/home.ts", "export const home = process.env.HOME\n")
    await copyFile("biome.json", join(temporary.folder, "biome.json"))
    const args = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=github"]
    const biome = resolve("node_modules/.bin/biome")
    const { stdout, stderr } = spawnSync(biome, args, { cwd: temporary.folder, encoding: "utf8" })
    told = stdout + stderr
  })
  afterAll(() => remove())

  const faultsOf = (path: string) => told.split("\n").filter((line) => line.includes(`/${path},`))

  it.each(FORBIDDEN)("does not let %s import %s", (path) => {
    expect(faultsOf(path).join("\n")).toContain("noRestrictedImports")
  })

  it.each(ALLOWED)("lets %s import %s", (path) => {
    expect(faultsOf(path).join("\n")).not.toContain("noRestrictedImports")
  })

  it("reads the environment in one place only", () => {
    expect(faultsOf("shared/release/home.ts").join("\n")).toContain("noProcessEnv")
  })

  it("ships the JSON schema that the configuration is checked with", async () => {
    expect(await readFile("slipway.config.schema.json", "utf8")).toBe(schemaText())
  })

  it("tells every problem code with its remedy, as the code has them", async () => {
    const text = await readFile(OPERATIONS, "utf8")
    expect(text).toBe(await operationsText())
    const told = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
    expect(told.toSorted()).toEqual(Object.keys(problems).toSorted())
  })
})
