import { constants, copyFile, mkdir, rename, rm } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import type { Inbox, InboxFile } from "../../ports/inbox.ts"
import { Problem } from "../../problem.ts"
import { onDisk } from "./disk.ts"
import { look, pathsBelow } from "./listing.ts"
import { below, stayBelow, temporaryBeside } from "./paths.ts"
import { readFileRange } from "./read-file.ts"
import { removeExactly } from "./remove-exactly.ts"
import { writeFileFrom } from "./write-file.ts"

/**
 * A directory as inbox, and another, which must not lie in it, as its archive. A change that keeps a file's size,
 * identity and, to the file system's resolution of some milliseconds, its time cannot be noticed.
 */
export function directoryInbox(directory: string, archiveDirectory: string): Inbox {
  const inbox = resolve(directory)
  const archive = resolve(archiveDirectory)

  return {
    list: (folder) =>
      onDisk(`list ${inbox}`, async () => {
        await mkdir(inbox, { recursive: true })
        const paths = await pathsBelow(inbox, folder ? below(inbox, folder) : inbox)
        const files = await Promise.all(paths.map((path) => look(below(inbox, path), path)))
        return files.filter((file) => file !== undefined)
      }),

    async *read(file, { range = { offset: 0, length: file.sizeBytes }, signal } = {}) {
      const source = below(inbox, file.path)
      await onDisk(`read ${file.path}`, () => stayBelow(inbox, source))
      yield* readFileRange(source, file, { range, signal, changed: () => changed(file) })
    },

    async put(path, body, options) {
      const target = below(inbox, path)
      await onDisk(`write ${path}`, async () => {
        await mkdir(dirname(target), { recursive: true })
        await stayBelow(inbox, target)
      })
      await writeFileFrom(body, target, options)
      const file = await onDisk(`write ${path}`, () => look(target, path))
      if (!file) throw new Problem("INBOX_CHANGED", `${path} was taken away as soon as it was written`)
      return file
    },

    async copyToArchive(file, tag, name, signal) {
      const source = below(inbox, file.path)
      const target = below(archive, `${tag}/${name}`)
      const copy = temporaryBeside(target)
      signal?.throwIfAborted()
      await onDisk(`copy ${file.path} to ${target}`, async () => {
        await mkdir(dirname(target), { recursive: true })
        try {
          await check(source, file)
          await copyFile(source, copy, constants.COPYFILE_FICLONE)
          await check(source, file)
          await rename(copy, target)
        } finally {
          await rm(copy, { force: true })
        }
      })
    },

    async readArchived(tag, name, signal) {
      const path = `${tag}/${name}`
      const source = below(archive, path)
      const found = await onDisk(`read ${source}`, () => look(source, path))
      if (!found) return undefined
      const changed = () => new Problem("INBOX_CHANGED", `${source} changed while it was read`)
      return readFileRange(source, found, { range: { offset: 0, length: found.sizeBytes }, changed, signal })
    },

    remove: (file) =>
      onDisk(`delete ${file.path}`, async () => {
        const target = below(inbox, file.path)
        if (!(await look(target, file.path))) return
        await stayBelow(inbox, target)
        const isListed = async (path: string) => {
          const now = await look(path, file.path)
          return now === undefined || now.etag === file.etag
        }
        if (!(await removeExactly(target, isListed))) throw changed(file)
      }),
  }
}

/** Throws INBOX_CHANGED unless what lies at `at` is the file that was listed. */
async function check(at: string, file: InboxFile): Promise<void> {
  const now = await look(at, file.path)
  if (now?.etag !== file.etag) throw changed(file)
}

function changed(file: InboxFile): Problem {
  return new Problem("INBOX_CHANGED", `${file.path} is no longer the file that was listed`)
}
