import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import type { Config } from "../../shared/config/config.ts"
import { startKeyVault } from "./azure/key-vault.ts"
import { type RunCommand, startRunCommand } from "./azure/run-command.ts"
import type { Github } from "./github/index.ts"
import { standsInSample } from "./sample/workspace.ts"
import { startUpdateServer, type UpdateServer } from "./update-server/index.ts"
import { startWebhookSink, type WebhookSink } from "./webhook-sink.ts"

/** What a product may leave out and the local stack cannot do without: where things lie on its VM. */
const VM: NonNullable<Config["vm"]> = {
  resourceGroup: "local",
  name: "local-vm",
  envFile: "/home/app/config.env",
  secret: "API_KEY",
  manifest: "/home/app/updates/manifests/manifest.json",
}

const SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"

/** Everything that checks look at besides storage and GitHub. */
export interface Outside {
  updateServer: UpdateServer
  runCommand: RunCommand
  sink: WebhookSink
  /** The VM's file system. */
  root: string
  /** The app settings that lead there, the configuration file among them. */
  settings: { [name: string]: string }
  /** Puts the workspace's VERSION on the VM, as the deployment of the server's code does. The manifest is Slipway's to bring. */
  deploy(github: Github): Promise<void>
  close(): Promise<void>
}

/** Starts the VM with its update server, a key vault and a sink for alerts, and writes a configuration that names them. */
export async function startOutside(config: Config, stateDirectory: string): Promise<Outside> {
  const root = resolve(stateDirectory, "vm")
  const { workspace } = config
  const named = config.vm ?? VM
  const vm = { ...named, envFile: join(root, named.envFile), manifest: join(root, named.manifest) }
  const versionFile = join(dirname(vm.envFile), "VERSION")
  const stoppers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const stop of stoppers.splice(0).reverse()) await stop()
  }
  const started = async <T extends { close(): Promise<unknown> }>(server: Promise<T>): Promise<T> => {
    const running = await server
    stoppers.push(running.close)
    return running
  }
  try {
    await furnish(vm)
    const updateServer = await started(startUpdateServer({ root, manifest: vm.manifest, versionFile }))
    const runCommand = await started(startRunCommand({ root: resolve(stateDirectory, "run-command") }))
    const sink = await started(startWebhookSink())
    const vault = await started(startKeyVault({ secrets: { "alert-webhook": { value: sink.url } } }))

    const alerts = { ...config.alerts, webhook: "ALERT_WEBHOOK_URL", issuesIn: workspace.repository }
    const path = resolve(stateDirectory, "slipway.config.json")
    const versionPoints = config.versionPoints.filter(standsInSample)
    const local = { ...config, versionPoints, vm, endpoints: updateServer.endpoints, alerts }
    await writeFile(path, `${JSON.stringify(local, null, 2)}\n`)
    return {
      updateServer,
      runCommand,
      sink,
      root,
      settings: {
        SLIPWAY_CONFIG: path,
        AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
        AZURE_RESOURCE_MANAGER_URL: runCommand.url,
        KEY_VAULT_URL: vault.url,
        ALERT_WEBHOOK_URL: "keyvault:alert-webhook",
      },
      async deploy(github) {
        await copy(await github.readFile(workspace.repository, workspace.version), versionFile)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A VM that has served for a while: its folders, and an env file with a secret. */
async function furnish({ envFile, secret, manifest }: NonNullable<Config["vm"]>): Promise<void> {
  await mkdir(dirname(manifest), { recursive: true })
  await mkdir(dirname(envFile), { recursive: true })
  await writeFile(envFile, `# What the server needs to know\nexport ${secret}="local-secret"\n`)
}

async function copy(text: string | undefined, path: string): Promise<void> {
  const there = await readFile(path, "utf8").catch(() => undefined)
  if (text !== undefined && text !== there) await writeFile(path, text)
}
