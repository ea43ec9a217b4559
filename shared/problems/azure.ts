/** What the VM, the vault and the webhook answer. */
export const azureProblems = {
  AZURE_UNREACHABLE: {
    remedy: "Check the network and status.azure.com; the check runs again by itself.",
    retryable: true,
  },
  AZURE_UNAUTHORIZED: {
    remedy: "Sign in (azd auth login, or az login), or give the app an identity.",
    retryable: false,
  },
  APP_KEY_FORBIDDEN: {
    remedy:
      "Get the role Website Contributor on the app, or set SLIPWAY_KEY to a function key that somebody gives you.",
    retryable: false,
  },
  APP_NOT_FOUND: {
    remedy: "Select the azd environment that the app was deployed with (azd env select), or deploy it (azd up).",
    retryable: false,
  },
  SUBSCRIPTION_READ_ONLY: {
    remedy: "Pay or re-enable the subscription in the Azure portal: it accepts no changes until then.",
    retryable: true,
  },
  VM_STOPPED: {
    remedy: "Start the VM (az vm start): Slipway looks at it again, and brings what is missing, by itself.",
    retryable: true,
  },
  VM_BUSY: {
    remedy: "Another run-command is at work on the VM. Wait until it has ended; it cannot be cancelled.",
    retryable: true,
  },
  VM_LOCKED: {
    remedy: "Something on the VM holds the lock of the manifest: look who writes there beside Slipway, and end it.",
    retryable: true,
  },
  VM_SILENT: {
    remedy: "Look whether the VM's agent runs (az vm get-instance-view) and restart it; the next run tries again.",
    retryable: true,
  },
  VM_NOT_FOUND: { remedy: "Check vm.resourceGroup and vm.name in the configuration.", retryable: false },
  VM_FORBIDDEN: {
    remedy:
      "Deploy again (azd provision): it gives the app the role Slipway VM operator (runCommand/action and read) on the VM.",
    retryable: false,
  },
  VM_SCRIPT_FAILED: {
    remedy: "Read what the script printed; free the disk or install what it lacks, then run the check again.",
    retryable: true,
  },
  VM_ANSWER_CUT: {
    remedy:
      "Nothing to do at first: the VM's answer arrived cut off, and it is asked again. If it comes back, restart the VM's agent.",
    retryable: true,
  },
  VM_SECRET_MISSING: {
    remedy: "Write the secret into the VM's env file and restart the server; `slipway verify` tells when it is there.",
    retryable: true,
  },
  VM_MANIFEST_DIFFERS: {
    remedy:
      "Nothing to do at first: the next run puts the workspace's manifest there. If it comes back, find who writes there.",
    retryable: true,
  },
  VAULT_UNREACHABLE: { remedy: "Check KEY_VAULT_URL and the vault's network rules.", retryable: true },
  VAULT_FORBIDDEN: {
    remedy: "Give the identity the role Key Vault Secrets User on the vault.",
    retryable: false,
  },
  SECRET_MISSING: { remedy: "Make the secret in the vault, or correct the keyvault: reference.", retryable: false },
  SECRET_DISABLED: { remedy: "Enable the secret in the vault, or make a new version of it.", retryable: false },
  SECRET_EXPIRING: {
    remedy: "Make a new version of the secret in the vault before this one expires.",
    retryable: false,
  },
  WEBHOOK_REFUSED: {
    remedy: "Check the address behind alerts.webhook; the message is sent again later.",
    retryable: true,
  },
} as const
