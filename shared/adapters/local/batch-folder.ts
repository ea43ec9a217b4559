import type { Inbox, InboxFile } from "../../ports/inbox.ts"

/** A folder whose files are the batch of one tag: shown as an inbox in which they lie below `<tag>/`. It is only ever read. */
export function batchFolder(folder: Inbox, tag: string): Inbox {
  const inside = (file: InboxFile): InboxFile => ({ ...file, path: file.path.slice(tag.length + 1) })
  return {
    ...folder,
    list: async () => (await folder.list()).map((file) => ({ ...file, path: `${tag}/${file.path}` })),
    read: (file, options) => folder.read(inside(file), options),
  }
}
