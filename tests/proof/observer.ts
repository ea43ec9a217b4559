import { readFile } from "node:fs/promises"
import { digestOfBytes } from "../tree.ts"
import { ASSETS, type Files, MANIFEST, WORKSPACE } from "../world.ts"
import type { ProofDesk } from "./desk.ts"
import type { Call } from "./wire.ts"

/** What is looked after: the bytes that were dropped for a tag. */
export interface Promised {
  tag: string
  files: Files
}

/**
 * Somebody outside who looks after every call, and writes down each promise that is broken at that moment: what is offered is public
 * and true; what is public is whole, and stays as it is; no file is lost, nor leaves the inbox while something is pending; what lies on the VM was
 * offered.
 */
export function startObserver(desk: ProofDesk, { tag, files }: Promised) {
  const broken = new Set<string>()
  const published = new Map<string, string>()
  const offered = new Set<string>()
  let seenReleases = new Set<number>()
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOfBytes(bytes)]))

  const releases = () => desk.github.releases(ASSETS)

  function lookAtReleases(): void {
    const open = releases().filter(({ draft }) => !draft)
    if (new Set(open.map((release) => release.tag)).size < open.length) broken.add("one tag is public twice")
    for (const release of open) {
      const whole = new Map(release.assets.filter(({ state }) => state === "uploaded").map((one) => [one.name, one]))
      if (!seenReleases.has(release.id) && release.tag === tag) {
        const lacking = Object.keys(files).filter((name) => !whole.has(name))
        if (lacking.length > 0) broken.add(`published without ${lacking.join(", ")}`)
        if (release.assets.length > whole.size) broken.add("published with half an asset")
      }
      seenReleases.add(release.id)
      for (const [name, { id, digest }] of whole) {
        const key = `${release.tag}/${name}`
        const before = published.get(key)
        if (before !== undefined && before !== `${id} ${digest}`) broken.add(`${key} was replaced when it was public`)
        published.set(key, `${id} ${digest}`)
        if (release.tag === tag && digests[name] && digest !== digests[name]) broken.add(`${key} has other bytes`)
      }
      for (const key of published.keys())
        if (key.startsWith(`${release.tag}/`) && !whole.has(key.slice(release.tag.length + 1)))
          broken.add(`${key} was taken away when it was public`)
    }
    for (const key of published.keys())
      if (!open.some((release) => key.startsWith(`${release.tag}/`))) broken.add(`${key} is no longer public`)
  }

  async function lookAtOffer(): Promise<void> {
    const text = await desk.github.readFile(WORKSPACE, MANIFEST)
    if (text === undefined) return
    offered.add(text)
    const { version, artifact } = JSON.parse(text)
    const release = releases().find((one) => one.tag === `v${version}` && !one.draft)
    if (!release) return void broken.add(`${version} is offered, but not public`)
    const name = new URL(artifact.url).pathname.split("/").at(-1)
    const asset = release.assets.find((one) => one.name === name && one.state === "uploaded")
    if (!asset) return void broken.add(`${version} is offered with ${name}, which is not there`)
    if (asset.digest !== `sha256:${artifact.sha256}` || asset.size !== artifact.size)
      broken.add(`${version} is offered with bytes that nobody published`)
  }

  /** Every file that was dropped lies in the inbox or, once its release is offered, byte for byte in the archive. */
  async function lookForFiles(): Promise<void> {
    const isOffered = [...offered].some((text) => JSON.parse(text).version === tag.slice(1))
    for (const name of Object.keys(files)) {
      const there = (await desk.direct.inbox.list(`${tag}/`)).some(({ path }) => path === `${tag}/${name}`)
      if (there) continue
      if (!isOffered) broken.add(`${name} left the inbox before its release was offered`)
      const bytes = await desk.direct.inbox.readArchived(tag, name)
      const digest = bytes && digestOfBytes(Buffer.concat(await Array.fromAsync(bytes)))
      if (digest !== digests[name]) broken.add(`${name} is lost`)
    }
  }

  async function lookAtVm(): Promise<void> {
    const text = await readFile(desk.manifestPath, "utf8").catch(() => undefined)
    if (text !== undefined && !offered.has(text)) broken.add("the VM has a manifest that was never offered")
  }

  return {
    broken,
    /** Begins with the world as it is. What is public by now need not be whole: its own release has to see to that. */
    async begin(): Promise<void> {
      seenReleases = new Set(releases().flatMap(({ id, draft }) => (draft ? [] : [id])))
      await this.look()
    },
    /** After a call, at what it can have changed; without one, at everything. */
    async look(call?: Call): Promise<void> {
      if (call?.reads && call.service !== "vm") return
      if (call?.service !== "storage") lookAtReleases()
      if (call === undefined || call.key.startsWith("github graphql")) await lookAtOffer()
      if (call === undefined || call.key.startsWith("storage DELETE")) await lookForFiles()
      if (desk.machine && call?.service !== "storage") await lookAtVm()
    },
  }
}
