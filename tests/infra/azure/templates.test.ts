import { readFile } from "node:fs/promises"
import { beforeAll, describe, expect, it } from "vitest"
import { readTemplate } from "./bicep.ts"
import { faultsIn, NEEDED } from "./faults.ts"
import { type Grant, readDeployment, templateTexts } from "./templates.ts"

describe("the templates", () => {
  let texts: { [file: string]: string } = {}
  beforeAll(async () => {
    texts = await templateTexts()
  })

  /** The faults after a change to one file, which must be there to be changed. */
  async function changed(file: string, from: string | RegExp, to: string): Promise<string[]> {
    const text = texts[file] ?? ""
    const other = text.replace(from, to)
    expect(other).not.toBe(text)
    return faultsIn({ ...texts, [file]: other })
  }

  it("deploy what the code needs, and nothing else", async () => {
    expect(await faultsIn(texts)).toEqual([])
  })

  it.each<[string, string, string | RegExp, string, string]>([
    ["a container is forgotten", "storage.bicep", "'state', ", "", "container state: missing"],
    [
      "a container is there for nothing",
      "storage.bicep",
      "'state', ",
      "'state', 'spare', ",
      "container spare: not needed",
    ],
    ["a queue is called otherwise", "storage.bicep", "'released', ", "'release', ", "queue released: missing"],
    ["a poison queue is forgotten", "storage.bicep", ", 'released-poison'", "", "queue released-poison: missing"],
    ["a setting is not set", "app.bicep", /^ +KEY_VAULT_URL: .*\n/m, "", "setting KEY_VAULT_URL: missing"],
    [
      "a setting is not read",
      "app.bicep",
      "KEY_VAULT_URL:",
      "SPARE: ''\n    KEY_VAULT_URL:",
      "setting SPARE: not needed",
    ],
    ["the webhook is not set", "app.bicep", "union(webhook, {", "union({}, {", "setting alerts.webhook: missing"],
    ["a secret is called otherwise", "secrets.bicep", "'github-token'", "'token'", "secret github-token: missing"],
    [
      "a secret is referred to otherwise",
      "app.bicep",
      "keyvault:github-token",
      "keyvault:token",
      "secret token: missing",
    ],
    ["an output is forgotten", "main.bicep", /^output SLIPWAY_APP .*\n/m, "", "output SLIPWAY_APP: missing"],
    [
      "uploads elsewhere are told",
      "events.bicep",
      "/inbox/blobs/'",
      "/inbox/'",
      "uploads are told inbox → inbox-events: missing",
    ],
    [
      "uploads are told elsewhere",
      "events.bicep",
      "= 'inbox-events'",
      "= 'released'",
      "uploads are told inbox → inbox-events: missing",
    ],
    [
      "lost events are kept elsewhere",
      "events.bicep",
      "blobContainerName: 'undelivered'",
      "blobContainerName: 'lost'",
      "undelivered events go to undelivered: missing",
    ],
    ["the package lies elsewhere", "app.bicep", "}packages'", "}package'", "packages lie in packages: missing"],
    [
      "the alarm listens for other words",
      "monitoring.bicep",
      '"verification failed"',
      '"failed"',
      "alarm verification failed: missing",
    ],
    [
      "what ages is not there",
      "storage.bicep",
      "'reports/runs/'",
      "'report/runs/'",
      "what ages lies in report: not needed",
    ],
    [
      "a role is another",
      "roles.bicep",
      "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
      "19e7f393-937e-4f77-808e-94535e297925",
      "right app: Storage Queue Data Contributor on account: missing",
    ],
    [
      "a right reaches further",
      "roles.bicep",
      "scope: storage::blobs::inbox",
      "scope: storage",
      "right deployer: Storage Blob Data Contributor on account: not needed",
    ],
    [
      "a right is somebody else's",
      "roles.bicep",
      "principalId: appPrincipalId",
      "principalId: deployerPrincipalId",
      "right deployer: Storage Blob Data Owner on account: not needed",
    ],
    [
      "commands are not all that is allowed on the VM",
      "vm-access.bicep",
      "virtualMachines/runCommand/action",
      "virtualMachines/*",
      "on vm: missing",
    ],
  ])("are faulted when %s", async (_, file, from, to, fault) => {
    expect((await changed(file, from, to)).join("\n")).toContain(fault)
  })

  it("are faulted for every single right that is taken away, or given twice over", async () => {
    const block = /^resource (\w+) 'Microsoft\.Authorization\/roleAssignments@[\s\S]*?^\}\n/gm
    const all = Object.entries(texts).flatMap(([file, text]) =>
      [...text.matchAll(block)].map(([whole]) => ({ file, whole })),
    )
    expect(all).toHaveLength(NEEDED.length)
    for (const { file, whole } of all) {
      expect(await changed(file, whole, ""), whole).toMatchObject([expect.stringMatching(/^right .*: missing$/)])
      const wider = whole.replace(/roleDefinitionId: .*/, "roleDefinitionId: subscriptionResourceId('x', owner)")
      expect((await changed(file, whole, `${whole}\n${wider}`)).join(), whole).toContain("not needed")
    }
  })
})

describe("a secret", () => {
  it.each(["githubAppPrivateKey", "githubToken", "alertWebhookUrl"])(
    "%s is no plain parameter on its way to the vault",
    async (name) => {
      const texts = await templateTexts()
      const secured = new RegExp(String.raw`^@secure\(\)\n(?:@.*\n)*param ${name} string`, "m")
      const seen = Object.entries(texts).filter(([, text]) => text.includes(`param ${name} `))
      expect(seen.map(([file]) => file).toSorted()).toEqual(["main.bicep", "secrets.bicep"])
      for (const [file, text] of seen) expect(text, file).toMatch(secured)
    },
  )
})

describe("the VM", () => {
  // azd takes every resource group that a deployment has touched for its own.
  it("cannot be deleted along with the deployment", async () => {
    const { resources } = await readTemplate((await templateTexts())["vm-access.bicep"] ?? "")
    const locks = resources.filter(({ type }) => type === "Microsoft.Authorization/locks")
    expect(locks).toMatchObject([{ body: { scope: "vm", properties: { level: "CanNotDelete" } } }])
  })

  it("is the only thing outside the deployment's own resource group", async () => {
    const main = (await templateTexts())["main.bicep"] ?? ""
    const scopes = [...main.matchAll(/^ {2}scope: (.*)$/gm)].map(([, scope = ""]) => scope)
    expect(scopes.filter((scope) => scope !== "group")).toEqual([
      "resourceGroup(config.?vm.?resourceGroup ?? group.name)",
    ])
  })
})

describe("docs/security.md", () => {
  it("tells every right, and why", async () => {
    const { grants } = await readDeployment(await templateTexts())
    const rows = (await readFile("docs/security.md", "utf8"))
      .split("\n")
      .filter((line) => /^\| (?:app|deployer|topic) \|/.test(line))
    const shown = ({ who, role, where, why }: Grant) =>
      `| ${who} | ${role.replaceAll(/"|Microsoft\.Compute\//g, "").replace(",", ", ")} | ${where} | ${why} |`
    expect(rows.toSorted()).toEqual(grants.map(shown).toSorted())
  })
})
