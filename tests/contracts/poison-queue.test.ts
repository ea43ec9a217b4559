import { QueueServiceClient } from "@azure/storage-queue"
import { describe, expect, it } from "vitest"
import { poisonQueue } from "../../shared/adapters/azure/poison-queue.ts"
import { asProblem } from "../../shared/problem.ts"
import { useStorage } from "./places.ts"

const storage = useStorage()

describe("poison queue: a storage queue", () => {
  it("counts nothing while the host has not made it yet, and does not make it", async () => {
    const account = storage.account()
    const name = storage.fresh()
    expect(await (await poisonQueue(account, name)).count()).toBe(0)
    const client = QueueServiceClient.fromConnectionString(account.connectionString).getQueueClient(`${name}-poison`)
    expect(await client.exists()).toBe(false)
  })

  it("counts what lies aside, and takes nothing of it", async () => {
    const account = storage.account()
    const name = storage.fresh()
    const service = QueueServiceClient.fromConnectionString(account.connectionString)
    for (const suffix of ["", "-poison"]) await service.createQueue(name + suffix)
    await service.getQueueClient(name).sendMessage("not failed")
    const aside = service.getQueueClient(`${name}-poison`)
    const poison = await poisonQueue(account, name)
    expect(await poison.count()).toBe(0)
    await Promise.all(["a", "b"].map((message) => aside.sendMessage(message)))
    expect([await poison.count(), await poison.count()]).toEqual([2, 2])
    await aside.clearMessages()
    expect(await poison.count()).toBe(0)
  })

  it("says that the storage cannot be reached, instead of counting nothing", async () => {
    const { connectionString } = storage.account()
    const connection = {
      ...storage.account(),
      connectionString: connectionString.replace(/AccountKey=[^;]*/, `AccountKey=${btoa("wrong")}`),
    }
    const error = await (await poisonQueue(connection, "inbox-events")).count().catch(asProblem)
    expect(error).toMatchObject({ code: "STORAGE_REFUSED" })
  })
})
