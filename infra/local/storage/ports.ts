import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import * as v from "valibot"

const Ports = v.object({ blob: v.number(), queue: v.number() })
export type Ports = v.InferOutput<typeof Ports>

/** The ports of the last time, so that URLs outlive a restart; each 0 when it is unknown or taken. */
export async function rememberedPorts(directory: string): Promise<Ports> {
  const ports = v.parse(Ports, await readPorts(directory))
  return { blob: await ifFree(ports.blob), queue: await ifFree(ports.queue) }
}

export async function rememberPorts(directory: string, ports: Ports): Promise<void> {
  await writeFile(join(directory, "ports.json"), `${JSON.stringify(ports)}\n`)
}

async function readPorts(directory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(directory, "ports.json"), "utf8"))
  } catch (error) {
    const never = (error as NodeJS.ErrnoException).code === "ENOENT"
    if (never || error instanceof SyntaxError) return { blob: 0, queue: 0 }
    throw error
  }
}

async function ifFree(port: number): Promise<number> {
  const probe = createServer()
  try {
    probe.listen(port, "127.0.0.1")
    await once(probe, "listening")
    return port
  } catch {
    return 0
  } finally {
    probe.close()
  }
}
