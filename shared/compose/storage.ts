import type { Identity, StorageConnection } from "../adapters/azure/connect.ts"
import type { Settings } from "../config/config.ts"
import type { Inbox } from "../ports/inbox.ts"

/** The inbox of the settings' storage account. */
export async function inboxOf(settings: Settings): Promise<Inbox> {
  const { blobInbox } = await import("../adapters/azure/blob-inbox.ts")
  return blobInbox(storageConnection(settings))
}

/** Whether the settings name a storage account at all: a terminal may do without one. */
export function hasStorage(settings: Settings): boolean {
  const { AzureWebJobsStorage, AzureWebJobsStorage__accountName, AzureWebJobsStorage__blobServiceUri } = settings
  return Boolean(AzureWebJobsStorage || AzureWebJobsStorage__accountName || AzureWebJobsStorage__blobServiceUri)
}

/** How the settings name the storage account. */
export function storageConnection(settings: Settings): StorageConnection {
  const {
    AzureWebJobsStorage: connectionString,
    AzureWebJobsStorage__accountName: accountName = "",
    AzureWebJobsStorage__blobServiceUri: blobServiceUri,
    AzureWebJobsStorage__queueServiceUri: queueServiceUri,
    AzureWebJobsStorage__credential: credential,
    AzureWebJobsStorage__clientId: clientId,
  } = settings
  if (connectionString) return { connectionString }
  return {
    accountName,
    ...(blobServiceUri && { blobServiceUri }),
    ...(queueServiceUri && { queueServiceUri }),
    ...(credential && { credential }),
    ...(clientId && { clientId }),
  }
}

/** Who the app is to Azure, for what is no storage account. */
export function identityOf(settings: Settings): Identity {
  const { AzureWebJobsStorage__credential: credential, AzureWebJobsStorage__clientId: clientId } = settings
  return { ...(credential && { credential }), ...(clientId && { clientId }) }
}
