/** What GitHub answers instead of doing it. */
export const githubProblems = {
  GITHUB_UNAUTHORIZED: {
    remedy:
      "Make a new token on GitHub and put it where GITHUB_TOKEN is (or leads to): this one has expired or is not whole.",
    retryable: false,
  },
  GITHUB_APP_KEY_INVALID: {
    remedy:
      "Compare the App ID on GitHub (Settings, Developer settings, GitHub Apps, Edit) with GITHUB_APP_ID. If it is the same, generate a private key there and put it into the vault, whole, from BEGIN to END.",
    retryable: false,
  },
  GITHUB_APP_NOT_INSTALLED: {
    remedy:
      "Install the App on GitHub (Settings, Developer settings, GitHub Apps, Edit, Install App) for the repository in the message, or correct the repository's name in the configuration.",
    retryable: false,
  },
  GITHUB_APP_SUSPENDED: {
    remedy:
      "Who suspended the App unsuspends it: the repository's owner on GitHub (Settings, Applications, Installed GitHub Apps, Configure), the App's own maker through GitHub's API.",
    retryable: false,
  },
  GITHUB_FORBIDDEN: {
    remedy:
      "Give the token or App write access to the contents of both repositories: `slipway doctor` tells what is missing where.",
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
