/** What is wrong with the files of a batch, or with its release. */
export const releaseProblems = {
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
  VERSION_INVALID: {
    remedy: "Use four decimal numbers without leading zeros, like 1.6.1.44.",
    retryable: false,
  },
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
    remedy:
      "Nothing to do at first: the next run starts over from what is there. If it comes back, find who else edits the draft.",
    retryable: true,
  },
  UPLOAD_CORRUPTED: {
    remedy:
      "Nothing to do at first: the run is tried again, and the draft keeps what arrived (`slipway publish`: start it again). If it comes back, look at githubstatus.com.",
    retryable: true,
  },
  UPLOAD_STALLED: {
    remedy:
      "Nothing to do at first: the run is tried again, and the draft keeps what arrived (`slipway publish`: start it again). If it comes back, look at githubstatus.com.",
    retryable: true,
  },
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
    remedy:
      "Nothing to do at first: GitHub has not computed the digest yet, and the run is tried again (`slipway publish`: start it again in a minute).",
    retryable: true,
  },

  MANIFEST_INVALID: {
    remedy: "Repair the manifest in the workspace: one JSON object. The last good one is in its Git history.",
    retryable: false,
  },
  WORKSPACE_MOVED: { remedy: "Nothing to do: the run reads the branch again and tries once more.", retryable: true },
  FILE_UNREADABLE: {
    remedy: "Correct the path in the configuration file, or the file in the workspace.",
    retryable: false,
  },
  WORKSPACE_REFUSED: {
    remedy: "Allow Slipway's account to commit to the branch: check its protection rules.",
    retryable: false,
  },
} as const
