import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

export interface Network {
  /** The connection string of the account at its end, whose blobs are reached through this network. */
  connectionString: string
  /** Asked with the bytes a connection has answered so far whenever more come: pass them on, break it, or fall silent. */
  onAnswer: (answeredBytes: number) => "pass" | "break" | "silence"
  /** Breaks every connection there is. */
  breakAll(): void
  close(): Promise<void>
}

/** A network between a client and the blobs of a storage account that fails as it is told to. */
export async function startNetwork(account: { connectionString: string; blobUrl: string }): Promise<Network> {
  const target = new URL(account.blobUrl)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => {
        client.destroy()
        upstream.destroy()
        sockets.delete(socket)
      })
    }
    client.pipe(upstream)
    let answeredBytes = 0
    upstream.on("data", (chunk) => {
      answeredBytes += chunk.length
      const fate = network.onAnswer(answeredBytes)
      if (fate === "pass") client.write(chunk)
      if (fate === "break") client.resetAndDestroy()
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const network: Network = {
    connectionString: account.connectionString.replace(
      account.blobUrl,
      account.blobUrl.replace(target.port, `${port}`),
    ),
    onAnswer: () => "pass",
    breakAll() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      server.close()
      network.breakAll()
      await once(server, "close")
    },
  }
  return network
}
