/** `sha256:` and 64 lowercase hex digits, as GitHub prints it. */
export type Digest = `sha256:${string}`

/** A file attached to a release. */
export interface ReleaseAsset {
  id: number
  name: string
  sizeBytes: number
  /** Only `uploaded` is whole; a failed upload leaves `starter`. */
  state: string
  /** Undefined until GitHub has computed it. */
  digest?: Digest
  /** Where clients download it; meaningless while the release is a draft. */
  downloadUrl: string
}

export interface Release {
  id: number
  tag: string
  title: string
  draft: boolean
  immutable: boolean
  /** The page for people; meaningless while the release is a draft. */
  url: string
  /** Where assets are sent, as the release itself states it. */
  uploadUrl: string
  assets: ReleaseAsset[]
}

/**
 * Releases of the assets repository.
 * Every method throws GITHUB_UNAUTHORIZED, the GITHUB_APP_ codes, GITHUB_FORBIDDEN, GITHUB_NOT_FOUND, GITHUB_RATE_LIMITED,
 * GITHUB_UNREACHABLE, GITHUB_FAILED or GITHUB_REFUSED. A write whose answer was lost is looked up before it is done again, never repeated blindly.
 */
export interface Releases {
  /** `owner/name`, for people. */
  readonly repository: string
  /** The published release of a tag, or undefined. */
  published(tag: string): Promise<Release | undefined>
  /** The drafts of a tag, lowest id first. `hintId` is a draft remembered from before, found even while the list lags. */
  drafts(tag: string, hintId?: number): Promise<Release[]>
  /** One release by its id, or undefined. */
  get(id: number): Promise<Release | undefined>
  /** Whether a release published now becomes immutable. */
  immutable(): Promise<boolean>
  /** Where clients will download an asset once the release is published. */
  downloadUrl(tag: string, name: string): string
  /** Makes a draft. */
  createDraft(draft: { tag: string; title: string; body: string }): Promise<Release>
  /** Deletes a draft. Refuses, with RELEASE_CHANGED, to delete what is published by now. */
  deleteDraft(id: number): Promise<void>
  /**
   * Sends one asset; `open` gives a new stream for every attempt, whose last chunk goes out only after it has ended well. Answers the asset as GitHub states it, whose digest the
   * caller compares. Throws UPLOAD_STALLED when no byte moves for too long.
   */
  upload(
    release: Release,
    asset: { name: string; sizeBytes: number; contentType: string },
    open: () => AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<ReleaseAsset>
  /** Deletes one asset of a draft; gone already is no fault. */
  deleteAsset(release: Release, asset: ReleaseAsset): Promise<void>
  /** Publishes a draft under this title and text, and answers the release as GitHub states it now. Throws TAG_BURNED. */
  publish(release: Release, text: { title: string; body: string }): Promise<Release>
}
