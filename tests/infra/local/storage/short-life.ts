/** Run as a process of its own, which should end by itself: starts storage, uses it, and prints how that ended. */
import { BlobServiceClient } from "@azure/storage-blob"
import { startStorage } from "../../../../infra/local/storage/storage.ts"

const [directory = "", queuePort = "0"] = process.argv.slice(2)
try {
  const { connectionString, close } = await startStorage({ directory, queuePort: Number(queuePort) })
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("inbox")
  await container.create()
  await container.getBlockBlobClient("notes").upload("what is new", 11)
  await close()
  console.log("closed")
} catch (error) {
  console.log((error as NodeJS.ErrnoException).code)
}
