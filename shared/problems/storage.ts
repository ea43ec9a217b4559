/** What goes wrong between runs, and with the storage account they share. */
export const storageProblems = {
  STORAGE_UNREACHABLE: {
    remedy: "Check that the storage account exists and its network rules let the app in; the run is tried again.",
    retryable: true,
  },
  STORAGE_REFUSED: {
    remedy:
      "Sign in (azd auth login, or az login). The app's identity needs the roles Storage Blob Data Owner and Storage Queue Data Contributor on the storage account: azd provision gives them.",
    retryable: false,
  },
  STATE_CONFLICT: { remedy: "Nothing to do: another run wrote first, and this one starts over.", retryable: true },
  ARCHIVE_DIFFERS: {
    remedy:
      "Nothing to do at first: the inbox keeps its file, and it is copied again. If it comes back, find who else writes to the archive.",
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
} as const
