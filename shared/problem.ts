/**
 * Every failure a person may see: a stable code, and what to do about it.
 * `retryable` says whether running the same work again, unchanged, can mend it.
 */
export const problems = {
  CONFIG_INVALID: {
    remedy: "Correct the entries listed in the configuration file, then start again.",
    retryable: false,
  },
  CONFIG_REPOSITORIES_MIXED: {
    remedy: "Publish assets to a repository of their own: set assets.repository to one that holds no code.",
    retryable: false,
  },
  SETTINGS_INVALID: { remedy: "Correct the app settings listed, then restart the app.", retryable: false },

  INBOX_CHANGED: { remedy: "Nothing to do: the run starts over from the file that is there now.", retryable: true },
  INBOX_AMBIGUOUS: { remedy: "Keep one of the two files and delete the other from the inbox.", retryable: false },
  INBOX_STRAY: {
    remedy:
      "Nothing happens to the file. Rename it to a configured artifact, move it to a folder like v1.6.1.44, or delete it.",
    retryable: false,
  },
  ARTIFACT_EMPTY: { remedy: "Upload the file again; the one in the inbox has no bytes.", retryable: false },
  ARTIFACT_TOO_LARGE: { remedy: "Make the installer smaller: GitHub takes files below 2 GiB only.", retryable: false },
  DMG_INVALID: { remedy: "Build the disk image again, or upload it again from where it opens.", retryable: false },
  PKG_INVALID: { remedy: "Build the package again, or upload it again from where it installs.", retryable: false },
  NOTES_INVALID: { remedy: "Write the release notes as UTF-8 text and upload them again.", retryable: false },
  BATCH_INCOMPLETE: {
    remedy: "Add the missing files. A release needs its notes and at least one installer.",
    retryable: false,
  },

  TAG_INVALID: { remedy: "Use a tag of four decimal numbers without leading zeros, like v1.6.1.44.", retryable: false },
  VERSION_UNREADABLE: {
    remedy: "Let VERSION hold four numbers and one newline, nothing else, like 1.6.1.44.",
    retryable: false,
  },
  VERSION_MISMATCH: {
    remedy:
      "Write the batch's version into VERSION in the workspace, or move the batch to the folder that VERSION names.",
    retryable: false,
  },
  VERSION_NOT_NEWER: { remedy: "Choose a version newer than the manifest's; clients never go back.", retryable: false },
  TAG_CONTENT_MISMATCH: {
    remedy:
      "Published files are never replaced. Release the new bytes under a new version, or restore the published ones.",
    retryable: false,
  },
  TAG_BURNED: {
    remedy: "The tag belonged to an immutable release and can never be used again. Choose a new version.",
    retryable: false,
  },
  PHANTOM_RELEASE: {
    remedy:
      "Build the new version and upload that. If the same bytes are meant: `slipway publish --allow-same-bytes`, or POST with allowSameBytes.",
    retryable: false,
  },
  RELEASE_INCOMPLETE: {
    remedy: "The release can no longer be changed. Publish the complete set of files under a new version.",
    retryable: false,
  },
  RELEASE_CHANGED: {
    remedy: "Somebody else changed the draft during the run. The next run starts over from what is there.",
    retryable: true,
  },
  UPLOAD_CORRUPTED: {
    remedy: "Run the release again; the draft keeps what already arrived.",
    retryable: true,
  },
  UPLOAD_STALLED: { remedy: "Run the release again; the draft keeps what already arrived.", retryable: true },
  DIGEST_ABSENT: {
    remedy:
      "The release is too old to be compared by digest. Compare the file by hand, or release it under a new version.",
    retryable: false,
  },
  DRAFT_NOT_OURS: {
    remedy: "Take those files out of the draft, or delete the draft, then run the release again.",
    retryable: false,
  },
  DRY_RUN_TOO_LONG: {
    remedy: "Run `slipway publish --dry-run` on a machine that has the files: it has no time limit.",
    retryable: false,
  },
  DIGEST_MISSING: {
    remedy: "GitHub has not computed the digest yet. Run the release again in a minute.",
    retryable: true,
  },

  MANIFEST_INVALID: {
    remedy: "Repair the manifest in the workspace: one JSON object. The last good one is in its Git history.",
    retryable: false,
  },
  WORKSPACE_MOVED: { remedy: "Nothing to do: the run reads the branch again and tries once more.", retryable: true },
  WORKSPACE_REFUSED: {
    remedy: "Allow Slipway's account to commit to the branch: check its protection rules.",
    retryable: false,
  },

  GITHUB_UNAUTHORIZED: {
    remedy: "Renew GITHUB_TOKEN, or the App's private key: GitHub does not accept the credentials.",
    retryable: false,
  },
  GITHUB_FORBIDDEN: {
    remedy: "Give the token or App write access to the contents of both repositories.",
    retryable: false,
  },
  GITHUB_NOT_FOUND: {
    remedy: "Check the repository's name in the configuration, and that the token or App may see it.",
    retryable: false,
  },
  GITHUB_RATE_LIMITED: { remedy: "Nothing to do: the run goes on when GitHub's limit allows it.", retryable: true },
  GITHUB_UNREACHABLE: { remedy: "Check the network and githubstatus.com; the run is tried again.", retryable: true },
  GITHUB_FAILED: { remedy: "Check githubstatus.com; the run is tried again.", retryable: true },
  GITHUB_REFUSED: { remedy: "Read GitHub's reason in the message and correct it there.", retryable: false },

  STORAGE_UNREACHABLE: {
    remedy: "Check that the storage account exists and its network rules let the app in; the run is tried again.",
    retryable: true,
  },
  STORAGE_REFUSED: {
    remedy: "Give the app's identity the roles Storage Blob Data Owner and Storage Queue Data Contributor.",
    retryable: false,
  },
  STATE_CONFLICT: { remedy: "Nothing to do: another run wrote first, and this one starts over.", retryable: true },
  ARCHIVE_DIFFERS: {
    remedy: "The archived copy is not the published file, so the inbox keeps its own. Run the release again.",
    retryable: true,
  },
  LEASE_LOST: {
    remedy: "Nothing to do: another run holds the release now, or the next one takes over.",
    retryable: true,
  },
  LEASE_BUSY: { remedy: "Another run is at work on this release. Wait for it, then look again.", retryable: true },
  ROUNDS_EXHAUSTED: {
    remedy: "Something keeps changing the release while it is made. Stop it, then run the release again.",
    retryable: true,
  },

  MESSAGE_INVALID: {
    remedy: "Nothing to do: the message is dropped, and the sweep finds every batch without it.",
    retryable: false,
  },
  REQUEST_INVALID: { remedy: "Correct the request as the message says.", retryable: false },
  NOT_FOUND: { remedy: "Ask for a tag that `slipway status` lists.", retryable: false },
  SLIPWAY_UNREACHABLE: {
    remedy: "Start the local stack with `npm start`, or set SLIPWAY_URL and SLIPWAY_KEY.",
    retryable: true,
  },
  INTERNAL: { remedy: "This is a defect of Slipway: report it with the log of the run.", retryable: true },
} as const satisfies Record<string, { remedy: string; retryable: boolean }>

export type ProblemCode = keyof typeof problems

/** What a record, report or answer carries of a Problem. */
export interface ProblemSummary {
  code: ProblemCode
  message: string
  remedy: string
}

interface ProblemOptions {
  cause?: unknown
  /** Replaces the code's own remedy where the place of failure knows better. */
  remedy?: string
  /** How long the other side asks us to stay away, in seconds. */
  retryAfterSeconds?: number
}

/** A failure that stops the work, told to a person: what happened, and what to do. */
export class Problem extends Error {
  override readonly name = "Problem"
  readonly code: ProblemCode
  readonly remedy: string
  readonly retryable: boolean
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? problems[code].remedy
    this.retryable = problems[code].retryable
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  /** The part of it that may be stored and shown. */
  summary(): ProblemSummary {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }
}

/** Any thrown value as a Problem: itself, or INTERNAL around what was not foreseen. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new Problem("INTERNAL", message, { cause: error })
}
