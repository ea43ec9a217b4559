import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { startRunCommand } from "../../infra/local/azure/run-command.ts"
import { startUpdateServer } from "../../infra/local/update-server/index.ts"
import { startWebhookSink } from "../../infra/local/webhook-sink.ts"
import { runCommandMachine } from "../../shared/adapters/azure/run-command.ts"
import { directoryStore } from "../../shared/adapters/local/directory-store.ts"
import { webClient } from "../../shared/adapters/web/web.ts"
import { webhook } from "../../shared/adapters/web/webhook.ts"
import type { CheckId } from "../../shared/checks/check.ts"
import { keepNotebook } from "../../shared/verify/notebook.ts"
import { verify } from "../../shared/verify/verify.ts"
import { manifestPlace } from "../../shared/vm/manifest-place.ts"
import { oneAtATime } from "../../shared/vm/one-at-a-time.ts"
import { sampleFiles } from "../files.ts"
import { type Look, lookAt, type Manifest, spoil, told, worldOf } from "../shared/checks/check-desk.ts"
import { shelf } from "../shared/release/shelf.ts"
import { ASSETS, type DeskOptions, type Ending, type Files, MANIFEST, openDesk, WORKSPACE } from "../world.ts"

export interface ProductOptions extends DeskOptions {
  /** Has the manifest brought to the VM by the real script, which takes its time; otherwise it is just written there. */
  byScript?: boolean
  /** What runs the VM's scripts; default a shell. */
  shell?: string
  /** How long a script may say nothing. */
  silentMs?: number
}

/** What a client goes by: what one item of the appcast says. */
interface Offered {
  build: string | undefined
  version: string | undefined
  url: string | undefined
  length: number
}

/** A desk with all that stands around it: the VM that its manifest goes to, and the update server that reads it there. Closed when the test ends. */
export async function openProduct({ byScript = false, shell, silentMs, ...options }: ProductOptions = {}) {
  const desk = await openDesk({ immutable: true, ...options })
  onTestFinished(() => desk.close())
  const onVm = (name: string) => join(desk.at("vm"), name)
  const manifest = onVm("manifest.json")
  await mkdir(onVm("."))

  /** Everything that the VM has printed. */
  const printed: string[] = []
  const arm = await startRunCommand({
    root: desk.at("run-command"),
    ...(shell && { shell }),
    observe: ({ stdout, stderr }) => void printed.push(stdout, stderr),
  })
  onTestFinished(() => arm.close())
  const server = await startUpdateServer({ root: onVm("."), manifest, versionFile: onVm("VERSION") })
  onTestFinished(() => server.close())
  const sink = await startWebhookSink()
  onTestFinished(() => sink.close())

  const machine = await runCommandMachine({
    subscriptionId: "00000000-0000-4000-8000-000000000000",
    resourceGroup: "group",
    name: "vm",
    armUrl: arm.url,
    credential: {},
    // Who collides is told at once.
    busyWaitMs: 0,
    pollMs: 10,
  })
  const { leases } = await desk.makeWorld()
  const turn = { waitMs: 60_000, pauseMs: 10 }
  const vm = { machine: oneAtATime(machine, leases, turn), envFile: onVm("config.env"), secret: "API_KEY", manifest }
  const place = byScript
    ? manifestPlace({ machine, leases, manifest }, { ...turn, ...(silentMs && { silentMs }) })
    : shelf(manifest)
  const around = { endpoints: server.endpoints, vm }

  /** One run of Slipway, which brings the manifest to the VM. */
  const run = async (tag?: string): Promise<Ending> => desk.run({ tag }, await desk.makeWorld({ server: place }))

  return {
    ...desk,
    desk,
    arm,
    server,
    sink,
    vm,
    printed,
    onVm,
    run,
    setVersion: (version: string) => desk.github.pushFile(WORKSPACE, "VERSION", `${version}\n`, `version: ${version}`),
    /** Names a version and puts its files into the inbox. */
    async prepare(version: string, files?: Files): Promise<void> {
      const named = await desk.github.readFile(WORKSPACE, "VERSION")
      if (named !== `${version}\n`) await this.setVersion(version)
      await desk.dropAll(`v${version}`, files ?? (await sampleFiles(version)))
    },
    async release(version: string, files?: Files): Promise<Ending> {
      await this.prepare(version, files)
      return run(`v${version}`)
    },
    /** How some of the checks end, each as `pass` or with its codes. */
    look: async (ids: readonly CheckId[], { world, ...look }: Look = {}) =>
      told(await lookAt(desk, ids, { ...look, world: { ...around, ...world } })),
    /** The same in full. */
    findings: async (ids: readonly CheckId[], { world, ...look }: Look = {}) =>
      (await lookAt(desk, ids, { ...look, world: { ...around, ...world } })).flatMap(({ findings }) => findings),
    /** A timer's run of the checks some minutes later, with its alerts; answers which releases it wakes. */
    async verify(checks: readonly CheckId[], minutes: number): Promise<string[]> {
      const now = () => new Date(Date.parse("2026-11-22T10:00:00.000Z") + minutes * 60_000)
      const world = await worldOf(desk, { world: { ...around, now } })
      const { state, log } = await desk.makeWorld()
      const reports = directoryStore(desk.at("reports"))
      const woken: string[] = []
      await verify(
        { checks, deep: false, reason: "timer" },
        {
          world,
          notebook: keepNotebook(reports)(log),
          reports,
          state,
          wake: async (tag) => void woken.push(tag),
          channels: { webhook: { hook: webhook({ address: async () => sink.url }), format: "json" } },
          log,
        },
      )
      return woken
    },
    /** What clients are offered at this moment. */
    async offered(): Promise<Offered> {
      const { text } = await webClient().read(server.endpoints.appcast, { maxBytes: 100_000, signal: never })
      const said = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1]
      const [build, version] = [said("sparkle:version"), said("sparkle:shortVersionString")]
      return { build, version, url: said("url"), length: Number(said("length")) }
    },
    /** Somebody changes the workspace's manifest. */
    byHand: (change: (manifest: Manifest) => void) => spoil(desk, change),
    workspaceManifest: () => desk.github.readFile(WORKSPACE, MANIFEST),
    vmManifest: () => readFile(manifest, "utf8"),
    writeOnVm: (name: string, text: string) => writeFile(onVm(name), text),
    /** The file of a public release. */
    assetOf(version: string, name: string) {
      const release = desk.github.releases(ASSETS).find(({ tag, draft }) => tag === `v${version}` && !draft)
      const asset = release?.assets.find((each) => each.name === name)
      if (!asset) throw new Error(`${name} of ${version} is not public`)
      return asset
    },
    /** Somebody puts another file into a draft. */
    async replaceInDraft(id: number, name: string, bytes: Uint8Array): Promise<void> {
      const { releases } = await desk.makeWorld()
      const draft = await releases.get(id)
      const asset = draft?.assets.find((each) => each.name === name)
      if (!draft || !asset) throw new Error(`there is no draft with ${name}`)
      await releases.deleteAsset(draft, asset)
      const about = { name, sizeBytes: bytes.byteLength, contentType: "application/octet-stream" }
      await releases.upload(draft, about, () => ReadableStream.from([bytes]), never)
    },
    publicTags: () => desk.github.releases(ASSETS).flatMap(({ tag, draft }) => (draft ? [] : [tag])),
  }
}

const never = new AbortController().signal
