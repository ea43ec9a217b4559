/** What GitHub answers instead of doing it. */
export const githubProblems = {
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
} as const
