import type { TokenCredential } from "@azure/identity"
import type { BlobServiceClient } from "@azure/storage-blob"
import type { QueueServiceClient } from "@azure/storage-queue"
import { Problem } from "../../problem.ts"

/** The storage account, as the `AzureWebJobsStorage` settings name it: by a connection string, or by an identity. */
export type StorageConnection = Patience &
  (
    | { connectionString: string }
    | (Identity & {
        accountName: string
        /** Default: the account's address in the public cloud. */
        blobServiceUri?: string
        queueServiceUri?: string
      })
  )

/** How patient we are with a storage account. */
export interface Patience {
  /** How long it may be silent to a small call; default 15 s. */
  deadlineMs?: number
  /** The first pause before a call is tried again, which doubles; default 500 ms. */
  retryDelayMs?: number
}

/** Who we are to Azure. */
export interface Identity {
  /** Without it, whatever identity is at hand: the app's own, or the developer's. */
  credential?: "managedidentity"
  /** Of a user-assigned identity. */
  clientId?: string
}

/** Three more tries within two seconds: a short outage is ridden out, a long one is told soon. */
function optionsOf({ retryDelayMs = 500 }: Patience) {
  return { retryOptions: { maxTries: 4, retryDelayInMs: retryDelayMs, maxRetryDelayInMs: 4 * retryDelayMs } }
}

/** The account's blobs. Makes no call. Throws SETTINGS_INVALID for a malformed connection string. */
export async function connectBlobs(connection: StorageConnection): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import("@azure/storage-blob")
  const options = optionsOf(connection)
  if ("connectionString" in connection)
    return parsed(() => BlobServiceClient.fromConnectionString(connection.connectionString, options))
  const url = connection.blobServiceUri ?? `https://${connection.accountName}.blob.core.windows.net`
  return new BlobServiceClient(url, await identity(connection), options)
}

/** The account's queues. Makes no call. Throws SETTINGS_INVALID for a malformed connection string. */
export async function connectQueues(connection: StorageConnection): Promise<QueueServiceClient> {
  const { QueueServiceClient } = await import("@azure/storage-queue")
  const options = optionsOf(connection)
  if ("connectionString" in connection)
    return parsed(() => QueueServiceClient.fromConnectionString(connection.connectionString, options))
  const url = connection.queueServiceUri ?? `https://${connection.accountName}.queue.core.windows.net`
  return new QueueServiceClient(url, await identity(connection), options)
}

/** The credential that Azure's SDKs take. Asks for no token yet. */
export async function identity({ credential, clientId }: Identity): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity")
  if (credential === "managedidentity")
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential()
  return new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {})
}

/** The SDK's own error is left out: it may quote the connection string, which holds the key. */
function parsed<T>(connect: () => T): T {
  try {
    return connect()
  } catch {
    throw new Problem("SETTINGS_INVALID", "AzureWebJobsStorage is not a connection string of a storage account")
  }
}
