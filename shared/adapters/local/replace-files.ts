import type { Stats } from "node:fs"
import { chmod, chown, copyFile, link, mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { Problem } from "../../problem.ts"
import { codeOf, onDisk } from "./disk.ts"
import { regularFile } from "./exact-text.ts"
import { below, temporaryPrefix } from "./paths.ts"

/** One file that gets a new text, or is new. */
interface Replacement {
  path: string
  target: string
  /** What is there now; its mode and owner are kept. */
  before: Stats | undefined
  /** The new text, until it is the target. */
  part: string
  /** The old file under a second name, until all is done. */
  old: string
  /** The first of the folders that had to be made for it. */
  made?: string | undefined
}

/**
 * Gives all the files their new texts, or none. `stillOurs` is asked before the first change that others see. Only one process
 * at a time may do this in a directory. Throws WORKSPACE_REFUSED, naming the file, where the disk forbids it; WORKSPACE_MOVED where
 * a target is no file by now.
 *
 * A kill, or a power cut, while the new files take their places leaves each file whole, some old and some new, and names like
 * `.slipway-VERSION.4711.old` beside them. The same command again writes those that are still old, and clears these names away.
 */
export async function replaceFiles(
  root: string,
  files: ReadonlyMap<string, string>,
  stillOurs: () => void,
): Promise<void> {
  const replacements: Replacement[] = []
  const placed: Replacement[] = []
  let kept: Replacement[] = []
  try {
    for (const [path, text] of files)
      await writing(path, async () => {
        const replacement = await plan(root, path)
        replacements.push(replacement)
        await writePart(replacement, text)
      })
    for (const one of replacements) await writing(one.path, () => keepOld(one))
    stillOurs()
    for (const one of replacements) {
      await writing(one.path, () => rename(one.part, one.target))
      placed.push(one)
    }
  } catch (error) {
    kept = await putBack(placed)
    throw kept.length === 0 ? error : notPutBack(kept, error)
  } finally {
    // The last first: it may lie in a folder that was made for an earlier one.
    for (const one of replacements.reverse())
      await clear(one, { keepOld: kept.includes(one), keepFolders: placed.includes(one) })
  }
}

async function plan(root: string, path: string): Promise<Replacement> {
  const target = below(root, path)
  const before = await regularFile(root, path)
  const made = before ? undefined : await mkdir(dirname(target), { recursive: true })
  const beside = join(dirname(target), `${temporaryPrefix}${basename(target)}.${process.pid}`)
  await clearLeftovers(target)
  return { path, target, before, part: `${beside}.new`, old: `${beside}.old`, made }
}

/** Whoever left something beside the target was killed: the turn is ours. */
async function clearLeftovers(target: string): Promise<void> {
  const start = `${temporaryPrefix}${basename(target)}.`
  for (const name of await readdir(dirname(target)))
    if (name.startsWith(start) && /^\d+\.(new|old)$/.test(name.slice(start.length)))
      await rm(join(dirname(target), name), { force: true })
}

async function writePart({ part, before }: Replacement, text: string): Promise<void> {
  const handle = await open(part, "wx")
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (!before) return
  // Under sudo the new file would be root's. Nobody else can give a file away.
  if (process.geteuid?.() === 0) await chown(part, before.uid, before.gid)
  await chmod(part, before.mode & 0o7777)
}

/** A second name costs nothing, and keeps whatever else belongs to the file. Some disks know only one name for a file. */
async function keepOld({ target, old, before }: Replacement): Promise<void> {
  if (!before) return
  try {
    await link(target, old)
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error
    await copyFile(target, old)
  }
}

/** Answers those that stay new because the disk fails again. */
async function putBack(placed: Replacement[]): Promise<Replacement[]> {
  const failed: Replacement[] = []
  for (const one of placed.splice(0).reverse())
    try {
      await (one.before ? rename(one.old, one.target) : rm(one.target, { force: true }))
    } catch {
      failed.push(one)
    }
  return failed
}

function notPutBack(kept: Replacement[], cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const paths = kept.map(({ path }) => path).join(", ")
  return new Problem("STORAGE_UNREACHABLE", `${reason}; and the old ${paths} could not be put back`, {
    cause,
    remedy: `Take the old files from beside them, where they are called ${temporaryPrefix}<name>.${process.pid}.old, or from Git.`,
  })
}

/** What cannot be cleared away now no listing shows, and the next run tries again. */
async function clear({ target, part, old, made }: Replacement, keep: { keepOld: boolean; keepFolders: boolean }) {
  const ignore = () => {}
  await rm(part, { force: true }).catch(ignore)
  if (!keep.keepOld) await rm(old, { force: true }).catch(ignore)
  if (!made || keep.keepFolders) return
  // Only as far as they are empty.
  for (let folder = dirname(target); folder.length >= made.length; folder = dirname(folder))
    await rmdir(folder).catch(ignore)
}

/** Work on one file whose failure is told with its path. */
function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  return onDisk(`write ${path}`, async () => {
    try {
      return await work()
    } catch (error) {
      const code = codeOf(error) ?? ""
      if (["EISDIR", "ENOTDIR", "ENOTEMPTY", "EEXIST", "ENOENT"].includes(code))
        throw new Problem("WORKSPACE_MOVED", `${path} is not what it was when it was read: ${code}`, { cause: error })
      throw refused(path, error) ?? error
    }
  })
}

/** WORKSPACE_REFUSED for what the account may not write. */
export function refused(path: string, error: unknown): Problem | undefined {
  const code = codeOf(error) ?? ""
  if (!["EACCES", "EPERM", "EROFS"].includes(code)) return undefined
  return new Problem("WORKSPACE_REFUSED", `${path} cannot be written: ${code}`, {
    cause: error,
    remedy: "Give your account the right to write to that folder.",
  })
}
