import type { Answer, Page } from "./answers.ts"
import type { VmFiles } from "./files.ts"

/** Something that is not true, or not whole. */
export interface Lie {
  /** What is wrong, in one line for people. */
  says: string
  /** What the server sees in place of its VM's files, which stay as they are. */
  files?: (files: VmFiles, page: Page) => VmFiles
  /** Changes the manifest on the VM itself, until the truth is told again. */
  onDisk?: (manifest: Buffer) => Buffer
  /** What is answered in place of an answer. `path` is the path that was asked for. */
  answer?: (truth: Answer, page: Page, path: string) => Answer
  /** How it is answered. */
  manner?: "hang" | "reset" | "trickle" | "huge"
}
