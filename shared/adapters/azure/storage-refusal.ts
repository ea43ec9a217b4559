/** What an SDK's error tells of where it was refused. */
interface Refused {
  request?: { url?: string }
}

/** Container or queue, account and service, in the address of a request. A connection to this machine says less. */
const PLACE = /^https:\/\/([a-z0-9]+)(?:-secondary)?\.(blob|queue)\.[^/?]+\/([a-z0-9$][a-z0-9-]*)?/

/**
 * What to do when the storage refuses, which its code tells: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes.
 * Undefined where the code says nothing more. Of the request only host and first folder are told: a query may hold a signature.
 */
export function refusalRemedy(code: string, error: unknown): string | undefined {
  const [, account, service, folder] = PLACE.exec(String((error as Refused).request?.url)) ?? []
  const where = account ? `the storage account ${account}` : "the storage account"
  switch (code) {
    case "AuthorizationPermissionMismatch": {
      const role = service === "queue" ? "Storage Queue Data Contributor" : "Storage Blob Data Contributor"
      const place = folder ? `the ${service === "queue" ? "queue" : "container"} ${folder} of ${where}` : where
      return `Give the identity the role ${role} on ${place}; a new role takes some minutes.`
    }
    case "AuthorizationFailure":
      return `Let the caller through the network rules of ${where} (Networking in the portal).`
    case "KeyBasedAuthenticationNotPermitted":
      return `Set AzureWebJobsStorage__accountName instead of AzureWebJobsStorage: ${where} takes no keys.`
    case "AuthenticationFailed":
      return `Renew the key or signature in AzureWebJobsStorage, and set this machine's clock: ${where} does not accept them.`
    default:
      return undefined
  }
}
