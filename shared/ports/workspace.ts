/** The branch's head and the text of the files asked for, all read at that one commit. */
export interface WorkspaceFiles {
  head: string
  /** The text by path; a file that does not exist is not in the map. */
  files: Map<string, string>
}

/** The workspace repository's branch. Throws the GITHUB_ codes as Releases does. */
export interface Workspace {
  /** `owner/name`, or the folder of a checkout; for people. */
  readonly repository: string
  /**
   * Reads the head and files at one commit. A path may be a pattern, see `isPattern`: then all files that match it are read. The
   * texts are the files byte for byte, a byte-order mark included: what is no UTF-8 text, too large or a symbolic link is
   * refused with FILE_UNREADABLE, and never half read.
   */
  read(paths: readonly string[]): Promise<WorkspaceFiles>
  /**
   * Commits all the files at once on top of `head`, and answers the commit's id. Throws WORKSPACE_MOVED when the branch is
   * elsewhere by now, WORKSPACE_REFUSED when its rules forbid the commit.
   */
  commit(change: { head: string; message: string; files: ReadonlyMap<string, string> }): Promise<string>
}
