import { randomUUID } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { pasteParameters, runScript } from "../../../infra/local/azure/run-command-script.ts"
import { answerBehindMarker, encodeParameters } from "../../../shared/vm/protocol.ts"
import { putScript } from "../../../shared/vm/put-script.ts"
import { digestOfBytes } from "../../tree.ts"
import { scratchFolder, shellsIn } from "./shell-machine.ts"

/** SHA-256 of a text, in hex. */
export const hexOf = (text: string) => digestOfBytes(Buffer.from(text)).slice("sha256:".length)

/** The manifest of a version. */
export const manifestOf = (version: string, sizeBytes = 100) =>
  `${JSON.stringify({ version, notes: `${version} `.repeat(sizeBytes / (version.length + 1)) }, null, 2)}\n`

export const [OLD, NEW] = [manifestOf("1.6.1.43"), manifestOf("1.6.1.44")]

export const written = (text: string) => ({ answer: { outcome: "written", sha256: hexOf(text) }, stderr: "" })
export const unchanged = (text: string) => ({ answer: { outcome: "unchanged", sha256: hexOf(text) }, stderr: "" })

/** The real script with its parameters in it. */
export function putText(
  manifest: string,
  text: string,
  { sha256 = hexOf(text), lockSeconds = 15 }: PutOptions = {},
): string {
  const parameters = Object.entries(encodeParameters({ manifest, text, sha256 }))
  return pasteParameters(
    putScript({ lockSeconds }),
    parameters.map(([name, value]) => ({ name, value })),
  )
}

interface Put {
  /** Undefined where the script did not reach its end. */
  answer: unknown
  stderr: string
}

interface PutOptions {
  /** Another than the text's. */
  sha256?: string
  lockSeconds?: number
  /** Kills the script, with all it has started. */
  signal?: AbortSignal
}

/** A folder to put manifests in, by the real script. */
interface PutFolder {
  /** A path in a new folder below it. */
  place(): Promise<string>
  put(shell: string, manifest: string, text: string, options?: PutOptions): Promise<Put>
}

/** A PutFolder for the tests of one file, and the ways to work in it under every shell. */
export interface PutWorld extends PutFolder {
  folder: string
  shells: string[]
  /** Once under every shell, at the same time, each with the place of a manifest of its own. */
  inEmptyFolders(work: (shell: string, manifest: string) => Promise<void>): Promise<void>
  /** The same, where the old manifest is. */
  everywhere(work: (shell: string, manifest: string) => Promise<void>): Promise<void>
}

/** To be called where tests are described: it is there while they run. */
export function usePutFolder({ parent }: { parent?: string } = {}): PutWorld {
  let remove = async () => {}
  const world: PutWorld = {
    folder: "",
    shells: [],
    place: () => putFolder(world.folder).place(),
    put: (...put) => putFolder(world.folder).put(...put),
    async inEmptyFolders(work) {
      await Promise.all(world.shells.map(async (shell) => work(shell, await world.place())))
    },
    everywhere: (work) =>
      world.inEmptyFolders(async (shell, manifest) => {
        await writeFile(manifest, OLD)
        await work(shell, manifest)
      }),
  }
  beforeAll(async () => {
    const scratch = await scratchFolder(parent)
    remove = scratch.remove
    world.folder = scratch.folder
    world.shells.push(...(await shellsIn(scratch.folder)))
  })
  afterAll(() => remove())
  return world
}

function putFolder(scratch: string): PutFolder {
  return {
    async place() {
      const folder = join(scratch, randomUUID())
      await mkdir(folder)
      return join(folder, "manifest.json")
    },
    async put(shell, manifest, text, options = {}) {
      const { signal = new AbortController().signal } = options
      const way = { shell, timeoutMs: 30_000, signal }
      const ran = await runScript(join(scratch, `run-${randomUUID()}`), putText(manifest, text, options), way)
      const marked = ran.stdout !== ""
      return {
        answer: marked ? answerBehindMarker(ran, { machine: "vm", script: "" }) : undefined,
        stderr: ran.stderr,
      }
    },
  }
}

/** Where all that is Slipway's lies for a manifest. */
export const oursOf = (manifest: string) => join(dirname(manifest), ".slipway", basename(manifest))

/** What lies there besides the lock, by name, oldest first. */
export async function leftBy(manifest: string): Promise<string[]> {
  return (await readdir(oursOf(manifest))).filter((name) => name !== "lock").sort()
}

/** The backups' contents, oldest first; whatever else lies there is among them, unless it is left out. */
export async function backupsOf(manifest: string, wanted: (name: string) => boolean = () => true): Promise<string[]> {
  const names = (await leftBy(manifest)).filter(wanted)
  return Promise.all(names.map((name) => readFile(join(oursOf(manifest), name), "utf8")))
}
