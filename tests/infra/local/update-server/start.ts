import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { startUpdateServer, type UpdateServer } from "../../../../infra/local/update-server/index.ts"

/** When every answer is made. */
const NOW = new Date("2026-11-22T06:37:14.285Z")

export const URL_OF_143 = "https://github.com/acme/app_releases/releases/download/v1.6.1.43/App.dmg"

/** A manifest as the predecessor writes it, with other fields where a test wants them. */
export function manifestText(fields: object = {}, artifact: object = {}): string {
  const manifest = {
    version: "1.6.1.43",
    build: "1.6.1.43",
    artifact: {
      type: "dmg",
      url: URL_OF_143,
      size: 275_899_820,
      sha256: "0".repeat(64),
      arch: "universal2",
      min_os: "11.0",
      ed25519: "",
      ...artifact,
    },
    critical: false,
    auto_install: true,
    notes_url: URL_OF_143.replace("App.dmg", "NOTES.md"),
    release_date: "2026-02-15T19:57:35.968960+00:00",
    ...fields,
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** A server with a VM of its own. */
export interface Vm extends AsyncDisposable {
  server: UpdateServer
  /** Where the manifest lies. */
  manifest: string
  write(name: "VERSION" | "manifest.json" | "manifest_beta.json", content: string | Uint8Array): Promise<void>
  remove(name: "VERSION" | "manifest.json"): Promise<void>
  /** One answer as it arrives. Redirects are not followed. */
  get(path: string): Promise<{ status: number; type: string | null; location: string | null; text: string }>
}

/** Starts one whose VERSION says 1.6.1.43. */
export async function startVm(): Promise<Vm> {
  const root = await mkdtemp(join(tmpdir(), "slipway-vm-"))
  const paths = {
    VERSION: join(root, "home/app/VERSION"),
    "manifest.json": join(root, "home/app/server/updates/manifests/manifest.json"),
    "manifest_beta.json": join(root, "home/app/server/updates/manifests/manifest_beta.json"),
  }
  await mkdir(dirname(paths["manifest.json"]), { recursive: true })
  await writeFile(paths.VERSION, "1.6.1.43\n")
  await writeFile(paths["manifest.json"], manifestText())
  const server = await startUpdateServer({
    root,
    manifest: paths["manifest.json"],
    versionFile: paths.VERSION,
    now: () => NOW,
  })
  return {
    server,
    manifest: paths["manifest.json"],
    write: (name, content) => writeFile(paths[name], content),
    remove: (name) => rm(paths[name]),
    async get(path) {
      const response = await fetch(server.url + path, { redirect: "manual" })
      const text = Buffer.from(await response.arrayBuffer()).toString("utf8")
      const { status, headers } = response
      return { status, type: headers.get("content-type"), location: headers.get("location"), text }
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
