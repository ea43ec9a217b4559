/** What a token may do with a repository: `none` still sees the public ones. */
export type Level = "write" | "read" | "none"

/** What is kept of an asset. Its bytes lie in `assets/<file>`, whole only when the state is `uploaded`. */
export interface AssetState {
  id: number
  /** The file's name on disk, and the unguessable part of the address that downloads are sent on to. */
  file: string
  name: string
  label: string | null
  contentType: string
  size: number
  digest: string | null
  state: "starter" | "uploaded"
  createdAt: string
  updatedAt: string
  downloads: number
  uploader: string
}

/** What is kept of a release, in `releases/<id>.json`. */
export interface ReleaseState {
  id: number
  tag: string
  /** Stands for the tag in every link while the release is a draft: `untagged-<hash>`. */
  slug: string
  name: string | null
  body: string | null
  target: string
  draft: boolean
  prerelease: boolean
  immutable: boolean
  /** When it was last made the latest release. */
  latestAt: string | null
  createdAt: string
  publishedAt: string | null
  updatedAt: string
  author: string
  assets: AssetState[]
  /** A deleted immutable release is kept: its tag is burned for ever. */
  deleted?: true
}

/** What is kept of an issue, in `issues/<number>.json`. */
export interface IssueState {
  id: number
  number: number
  title: string
  body: string
  state: "open" | "closed"
  author: string
  createdAt: string
  updatedAt: string
  closedAt: string | null
  comments: CommentState[]
  /** A deleted issue is kept: its number is never given again, and GitHub answers 410 for it. */
  deleted?: true
}

export interface CommentState {
  id: number
  body: string
  author: string
  createdAt: string
}

/** What is kept of a repository, in `repository.json`. */
export interface RepositoryState {
  id: number
  owner: string
  name: string
  private: boolean
  immutableReleases: boolean
  branch: string
  createdAt: string
}

/** What forbids direct commits to a branch: the older protection, or a ruleset. */
export type Protection = "classic" | "ruleset"

/** A repository in memory: its state, its releases by id (oldest first), and where its things lie. */
export interface Repository extends RepositoryState {
  /** Bare git repository. */
  gitdir: string
  /** Everything that is not git. */
  folder: string
  releases: Map<number, ReleaseState>
  /** By number, oldest first. */
  issues: Map<number, IssueState>
  /** By branch; forgotten at a restart. */
  protections: Map<string, Protection>
  /** What lists show while they lag. */
  frozen?: ReleaseState[]
  /** Runs writes one after another. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
}
