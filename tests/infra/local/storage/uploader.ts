/** Run as a process of its own: starts storage in a directory, uploads one blob, and stays until it is killed. */
import { BlobServiceClient } from "@azure/storage-blob"
import { startStorage } from "../../../../infra/local/storage/storage.ts"

const [directory = ""] = process.argv.slice(2)
const { connectionString } = await startStorage({ directory })
const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("inbox")
await container.create()
await container.getBlockBlobClient("v1.2.3.4/LATEST_CHANGES.md").upload("what is new", 11)
