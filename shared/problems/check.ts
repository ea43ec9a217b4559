/** What the proof from outside may find. */
export const checkProblems = {
  CHECK_TIMEOUT: {
    remedy: "Look whether the other side is slow or down; the check runs again by itself.",
    retryable: true,
  },
  ENDPOINT_UNREACHABLE: {
    remedy: "Look whether the update server runs and its address in the configuration is right.",
    retryable: true,
  },
  ENDPOINT_UNHEALTHY: {
    remedy: "Look at the update server's log and restart it.",
    retryable: true,
  },
  ENDPOINT_OUTDATED: {
    remedy: "Look at the check vm-manifest, then restart the update server.",
    retryable: true,
  },
  ANSWER_TOO_LARGE: {
    remedy: "Look what answers at this address: nothing that is asked for here is so large.",
    retryable: true,
  },
  REDIRECT_REFUSED: {
    remedy: "Correct the address, or the proxy in front of it: clients would be sent somewhere unsafe.",
    retryable: true,
  },
  APPCAST_INVALID: {
    remedy: "Look at the manifest on the VM: clients see no update until the appcast is well-formed.",
    retryable: true,
  },
  APPCAST_DIFFERS: {
    remedy: "Look at the check vm-manifest, then restart the update server: clients are offered something else.",
    retryable: true,
  },
  DOWNLOAD_DIFFERS: {
    remedy:
      "Clients would install something else than was released: take back at once what they are offered (docs/operations.md, By hand), then look at the release.",
    retryable: true,
  },
  CERTIFICATE_EXPIRING: { remedy: "Renew the certificate (certbot renew) and reload nginx.", retryable: true },
  CERTIFICATE_INVALID: {
    remedy: "Install a certificate for this name with its whole chain: clients refuse this one.",
    retryable: true,
  },
  RELEASE_MISSING: {
    remedy: "Put the release's files into the inbox again, or correct VERSION.",
    retryable: true,
  },
  RELEASE_MUTABLE: {
    remedy: "Turn on immutable releases in the repository's settings; this release stays as it is.",
    retryable: true,
  },
  ASSET_DIFFERS: {
    remedy: "Published files are never replaced: find out who did it, then release a new version.",
    retryable: true,
  },
  MANIFEST_DIFFERS: {
    remedy: "Let Slipway write the manifest: ask for the release of VERSION once more (POST /api/releases/TAG).",
    retryable: true,
  },
  VERSION_POINT_DIFFERS: {
    remedy: "Run `slipway version X.Y.Z.W` with the version that VERSION should name.",
    retryable: true,
  },
  VERSION_POINT_UNMATCHED: {
    remedy: "Correct the version point in the configuration, or the file in the workspace.",
    retryable: false,
  },
  INBOX_STUCK: { remedy: "Run `slipway status` and add what the batch waits for, or take it away.", retryable: true },
  INBOX_POISONED: {
    remedy: "Read the app's log for why the runs failed, then clear the queue inbox-events-poison.",
    retryable: true,
  },
} as const
