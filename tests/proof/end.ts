import { readFile } from "node:fs/promises"
import { readRecord } from "../../shared/release/record.ts"
import { digestOfBytes } from "../tree.ts"
import { ASSETS, MANIFEST, WORKSPACE } from "../world.ts"
import type { ProofDesk } from "./desk.ts"
import { TAG } from "./fill.ts"

/**
 * How the world looks in the end, as far as anybody can tell who does not know which case it was. That nothing is left to do is what
 * the last run said: it ends with an empty plan.
 */
export async function endOf(desk: ProofDesk) {
  const { direct, github } = desk
  const address = desk.wire.url("github")
  const record = await readRecord(direct.state, TAG)
  const ledger = (await direct.state.tail("ledger.jsonl", 100_000)).text.split("\n").filter((line) => line !== "")
  const text = (await github.readFile(WORKSPACE, MANIFEST))?.replaceAll(address, "https://github")
  return {
    inbox: await blobs(desk, "inbox"),
    archive: await blobs(desk, "archive"),
    releases: github.releases(ASSETS).map(({ tag, draft, name, body, immutable, assets }) => ({
      tag,
      draft,
      name,
      body,
      immutable,
      assets: Object.fromEntries(assets.toSorted(byName).map((one) => [one.name, one.digest ?? one.state])),
    })),
    manifest: text,
    version: await github.readFile(WORKSPACE, "VERSION"),
    commits: (await github.commits(WORKSPACE)).map(({ message }) => message.replaceAll(address, "https://github")),
    vm: desk.machine && (await readFile(desk.manifestPath, "utf8")).replaceAll(address, "https://github"),
    ledger: ledger.map((line) => JSON.parse(line).tag),
    phase: record?.phase,
    problem: record?.problem?.code,
  }
}

/** The digests of a container's blobs, by path. */
async function blobs(desk: ProofDesk, container: "inbox" | "archive"): Promise<Record<string, string>> {
  const client = desk.account.getContainerClient(desk.containers[container])
  if (!(await client.exists())) return {}
  const found: [string, string][] = []
  for await (const { name } of client.listBlobsFlat())
    found.push([name, digestOfBytes(await client.getBlobClient(name).downloadToBuffer())])
  return Object.fromEntries(found)
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1)
