import { rm } from "node:fs/promises"
import { join } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { blobLeases } from "../../shared/adapters/azure/blob-leases.ts"
import { fileLeases } from "../../shared/adapters/local/file-leases.ts"
import { type LeaseShelf, memoryLeases, takeAway } from "../memory/leases.ts"
import { leasesContract } from "./leases.ts"
import { useDirectory, useStorage } from "./places.ts"

const storage = useStorage()
const directory = useDirectory()

leasesContract("blobs", async () => {
  const account = storage.account()
  const container = storage.fresh()
  const options = { container, renewEverySeconds: 0.05 }
  return {
    here: await blobLeases(account, options),
    there: await blobLeases(account, options),
    async takeAway(name) {
      const blobs = BlobServiceClient.fromConnectionString(account.connectionString).getContainerClient(container)
      await blobs.getBlobClient(`locks/${name}`).getBlobLeaseClient().breakLease(0)
    },
  }
})

leasesContract("lock files", async () => {
  const place = directory.fresh()
  const options = { renewEveryMs: 50 }
  return {
    here: fileLeases(place, options),
    there: fileLeases(place, options),
    takeAway: (name) => rm(join(place, `${name}.lock`)),
  }
})

leasesContract("memory", async () => {
  const shelf: LeaseShelf = new Map()
  return {
    here: memoryLeases(shelf),
    there: memoryLeases(shelf),
    takeAway: async (name) => takeAway(shelf, name, true),
  }
})
