import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { pasteParameters, runScript } from "../../../infra/local/azure/run-command-script.ts"
import type { Machine } from "../../../shared/ports/machine.ts"

const absent = ["/bin/busybox", "/usr/bin/flock"].filter((tool) => !existsSync(tool))

/** Why tests that run the VM's scripts under every shell of a Linux are skipped, if they are: on macOS, say. */
export const noLinux: string | undefined = absent.length > 0 ? `there is no ${absent.join(" and no ")}` : undefined

if (noLinux !== undefined) console.warn(`Tests under every shell of a Linux are skipped: ${noLinux}`)

/** Every shell that a VM may have for `sh`; the last finds BusyBox's tools and no others. */
export async function shellsIn(folder: string): Promise<string[]> {
  return ["dash", "bash", await onlyBusybox(folder)]
}

/** A machine in a folder of this one: scripts run there under a shell. What they print is kept. */
export function shellMachine(folder: string, shell: string): Machine & { printed: string[] } {
  const printed: string[] = []
  return {
    name: "vm",
    printed,
    async run(script, parameters, signal) {
      const pasted = Object.entries(parameters).map(([name, value]) => ({ name, value }))
      const text = pasteParameters(script, pasted)
      const ran = await runScript(join(folder, `run-${randomUUID()}`), text, { shell, timeoutMs: 20_000, signal })
      printed.push(ran.stdout, ran.stderr)
      return ran
    },
  }
}

const BUSYBOX_TOOLS = "sh awk base64 chown cp date ls mkdir mv readlink rm sha256sum sleep sync wc".split(" ")

async function onlyBusybox(folder: string): Promise<string> {
  const tools = join(folder, "busybox-tools")
  await mkdir(tools)
  for (const tool of BUSYBOX_TOOLS) await symlink("/bin/busybox", join(tools, tool))
  // Debian's BusyBox is built without it, Alpine's with it.
  await symlink("/usr/bin/flock", join(tools, "flock"))
  return `/usr/bin/env PATH=${tools} sh`
}

/** A folder for one test file, gone at its end. */
export async function scratchFolder(parent = tmpdir()): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(parent, "slipway-vm-"))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Must never leave the VM. It looks different in every way of writing it. */
export const CANARY = "AIza-c4n4ry/of+the=secret v4lue"

/** The ways in which the canary is told by any of these. */
export function canariesIn(...told: unknown[]): string[] {
  const text = told
    .map((each) => (typeof each === "string" ? each : inspect(each, { depth: 9, showHidden: true })))
    .join("\n")
  const base64 = [0, 1, 2].map((shift) => Buffer.from(CANARY.slice(shift, shift + 24)).toString("base64"))
  const ways = [CANARY, "c4n4ry", ...base64, Buffer.from(CANARY).toString("hex"), encodeURIComponent(CANARY)]
  return ways.filter((way) => text.toLowerCase().includes(way.toLowerCase()))
}
