/** What is wrong with the app, its configuration, or what it was asked. */
export const appProblems = {
  CONFIG_INVALID: {
    remedy: "Correct the entries listed in the configuration file, then deploy it (azd deploy) or start again.",
    retryable: false,
  },
  CONFIG_REPOSITORIES_MIXED: {
    remedy: "Publish assets to a repository of their own: set assets.repository to one that holds no code.",
    retryable: false,
  },
  SETTINGS_INVALID: { remedy: "Correct the app settings listed, then restart the app.", retryable: false },

  MESSAGE_INVALID: {
    remedy: "Nothing to do: the message is dropped, and the sweep finds every batch without it.",
    retryable: false,
  },
  REQUEST_INVALID: { remedy: "Correct the request as the message says.", retryable: false },
  REQUEST_TOO_LARGE: {
    remedy: "Send only the JSON that the route takes; files go into the inbox (slipway ship).",
    retryable: false,
  },
  NOT_ACCEPTABLE: {
    remedy: "Ask for text/html, application/json or text/markdown, or end the address in .html, .json or .md.",
    retryable: false,
  },
  NOT_FOUND: { remedy: "Ask for a tag that `slipway status` lists.", retryable: false },
  SLIPWAY_UNREACHABLE: {
    remedy: "Start the local stack (npm start), deploy the app (azd up), or set SLIPWAY_URL and SLIPWAY_KEY.",
    retryable: true,
  },
  INTERNAL: {
    remedy:
      "Nothing to do at first: what can be tried again is. If it comes back, it is a defect of Slipway: report it with the log of the run.",
    retryable: true,
  },
} as const
