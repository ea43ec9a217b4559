import { randomUUID } from "node:crypto"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { type RunCommand, startRunCommand } from "../../infra/local/azure/run-command.ts"
import { type Exchange, type Github, startGithub } from "../../infra/local/github/index.ts"
import type { LocalStorage } from "../../infra/local/storage/storage.ts"
import { blobInbox } from "../../shared/adapters/azure/blob-inbox.ts"
import { blobLeases } from "../../shared/adapters/azure/blob-leases.ts"
import { blobStore } from "../../shared/adapters/azure/blob-store.ts"
import { runCommandMachine } from "../../shared/adapters/azure/run-command.ts"
import { githubClient } from "../../shared/adapters/github/client.ts"
import { githubReleases } from "../../shared/adapters/github/releases.ts"
import { githubWorkspace } from "../../shared/adapters/github/workspace.ts"
import { Problem } from "../../shared/problem.ts"
import type { World } from "../../shared/release/world.ts"
import { manifestPlace } from "../../shared/vm/manifest-place.ts"
import { ASSETS, type Files, POLICY, WORKSPACE } from "../world.ts"
import { label } from "./label.ts"
import { layWire, type Wire } from "./wire.ts"

/** Two tokens that GitHub accepts: the second is there when the first has expired. */
export const TOKENS = ["ghp_theFirstSecretOfTheProof", "ghp_theSecondSecretOfTheProof"] as const

export const NOW = new Date("2026-11-22T10:00:00.000Z")

/** How long a silence is borne, in milliseconds: as a busy machine needs it, but for the cases that are about one. */
export const PATIENT_MS = 20_000

/** A release desk whose every call to the outside goes through a wire: GitHub, a storage account, and a VM if there is one. */
export type ProofDesk = Awaited<ReturnType<typeof openProofDesk>>

export interface Places {
  storage: LocalStorage
  /** What GitHub's look-alike begins with: copied. */
  template: string
  vm: boolean
  observe?: (exchange: Exchange) => void
}

export async function openProofDesk({ storage, template, vm, observe }: Places) {
  const directory = await mkdtemp(join(tmpdir(), "slipway-proof-"))
  await cp(template, join(directory, "github"), { recursive: true })
  const github: Github = await startGithub({
    directory: join(directory, "github"),
    tokens: { [TOKENS[0]]: "write", [TOKENS[1]]: "write" },
    now: () => NOW,
    ...(observe && { observe }),
  })
  const machine: RunCommand | undefined = vm ? await startRunCommand({ root: join(directory, "vm") }) : undefined
  const wire: Wire = await layWire(
    { github: github.url, storage: storage.blobUrl, ...(machine && { vm: machine.url }) },
    label,
  )
  const id = `c${randomUUID().slice(0, 8)}`
  const containers = { inbox: `${id}-inbox`, archive: `${id}-archive`, state: `${id}-state` }
  const account = BlobServiceClient.fromConnectionString(storage.connectionString)
  const manifestPath = join(directory, "manifest.json")
  /** Everything a person or a machine could have read. */
  const spoken: string[] = []
  let lost = new AbortController()
  let token = 0

  async function releasesAt(url: string) {
    const client = await githubClient({
      apiUrl: url,
      auth: { token: (fresh) => TOKENS[fresh ? 1 : token] ?? "" },
      retries: 1,
      retryDelayMs: 1,
      timeoutMs: PATIENT_MS,
      stallMs: PATIENT_MS,
    })
    return {
      releases: githubReleases(client, ASSETS, { looks: 2, pauseMs: 1 }),
      workspace: githubWorkspace(client, WORKSPACE, "main"),
    }
  }

  return {
    github,
    wire,
    containers,
    account,
    accountKey: /AccountKey=([^;]+)/.exec(storage.connectionString)?.[1] ?? "",
    directory,
    manifestPath,
    spoken,
    machine,
    /** Around the wire, for whoever looks or prepares from outside. */
    direct: {
      ...(await releasesAt(github.url)),
      inbox: await blobInbox(storage, containers),
      state: await blobStore(storage, containers.state),
    },
    /** A process: its lease can be lost without it. */
    async makeWorld(patienceMs = PATIENT_MS): Promise<World> {
      const connectionString = storage.connectionString.replace(storage.blobUrl, wire.url("storage"))
      const connection = { connectionString, retryDelayMs: 5, deadlineMs: patienceMs }
      const client = await githubClient({
        apiUrl: wire.url("github"),
        auth: { token: (fresh) => TOKENS[fresh ? 1 : token] ?? "" },
        retries: 1,
        retryDelayMs: 1,
        timeoutMs: patienceMs,
        stallMs: patienceMs,
      })
      const leases = await blobLeases(connection, { container: containers.state })
      lost = new AbortController()
      const { signal } = lost
      const loseable: World["leases"] = {
        async acquire(name) {
          const lease = await leases.acquire(name)
          return lease && { ...lease, signal: AbortSignal.any([lease.signal, signal]) }
        },
      }
      return {
        policy: POLICY,
        inbox: await blobInbox(connection, { ...containers, stallMs: patienceMs, copyMs: patienceMs }),
        releases: githubReleases(client, ASSETS, { looks: 2, pauseMs: 1 }),
        workspace: githubWorkspace(client, WORKSPACE, "main"),
        ...(machine && { server: await server(loseable, patienceMs) }),
        state: await blobStore(connection, containers.state),
        leases: loseable,
        now: () => NOW,
        log: (level, message, fields) => void spoken.push(JSON.stringify({ level, message, fields })),
      }
    },
    /** GitHub has a newer token for us, and none but that is good. */
    renewToken() {
      token = 1
    },
    /** Another has the lease by now, and the run is told. */
    async loseLease(): Promise<void> {
      await this.expireLeases()
      lost.abort(new Problem("LEASE_LOST", "somebody else holds it"))
    },
    /** The time passes in which a dead process's leases run out. */
    async expireLeases(): Promise<void> {
      const container = account.getContainerClient(containers.state)
      if (!(await container.exists())) return
      for await (const { name, properties } of container.listBlobsFlat({ prefix: "locks/" }))
        if (properties.leaseState === "leased") await container.getBlobClient(name).getBlobLeaseClient().breakLease(0)
    },
    async makeContainers(): Promise<void> {
      for (const name of Object.values(containers)) await account.getContainerClient(name).createIfNotExists()
    },
    async drop(folder: string, files: Files): Promise<void> {
      for (const [name, bytes] of Object.entries(files))
        await this.direct.inbox.put(`${folder}/${name}`, ReadableStream.from([bytes]), { sizeBytes: bytes.length })
    },
    async close(): Promise<void> {
      await wire.close()
      await github.close()
      await machine?.close()
      for (const name of Object.values(containers)) await account.getContainerClient(name).deleteIfExists()
      await rm(directory, { recursive: true, force: true })
    },
  }

  async function server(leases: World["leases"], silentMs: number) {
    const vmMachine = await runCommandMachine({
      subscriptionId: "00000000-0000-0000-0000-000000000000",
      resourceGroup: "rg",
      name: "vm",
      armUrl: wire.url("vm"),
      credential: {},
      pollMs: 10,
    })
    return manifestPlace(
      { machine: vmMachine, leases, manifest: manifestPath },
      { waitMs: 2000, pauseMs: 20, silentMs },
    )
  }
}
