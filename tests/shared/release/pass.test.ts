import { describe, expect, it } from "vitest"
import { pass } from "../../../shared/release/pass.ts"

describe("pass", () => {
  it("shows every sink each chunk before it goes on", async () => {
    const events: string[] = []
    const sink = (name: string) => ({ write: (chunk: Uint8Array) => void events.push(`${name} ${chunk[0]}`) })
    const source = ReadableStream.from([Uint8Array.of(1), Uint8Array.of(2)])
    for await (const chunk of pass(source, [sink("hash"), sink("gate")])) events.push(`sent ${chunk[0]}`)
    expect(events).toEqual(["hash 1", "gate 1", "sent 1", "hash 2", "gate 2", "sent 2"])
  })

  it("ends with what a sink throws, sends nothing after it, and closes the source", async () => {
    let closed = false
    async function* source() {
      try {
        for (let byte = 1; ; byte++) yield Uint8Array.of(byte)
      } finally {
        closed = true
      }
    }
    const sent: number[] = []
    const gate = {
      write(chunk: Uint8Array) {
        if (chunk[0] === 3) throw new Error("damaged")
      },
    }
    const run = async () => {
      for await (const chunk of pass(source(), [gate])) sent.push(...chunk)
    }
    await expect(run()).rejects.toThrow("damaged")
    expect(sent).toEqual([1, 2])
    expect(closed).toBe(true)
  })
})
