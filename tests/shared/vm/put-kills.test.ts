import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, it } from "vitest"
import { backupsOf, leftBy, NEW, OLD, putText, usePutFolder } from "./put-folder.ts"

const KILLS = 1000

/** In memory where that can be: the script has the disk write down all it does, and the disk has other tests to serve. */
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** Runs scripts as it is told, each in a group of its own that is killed in time. Node's own children cost more than the script. */
const DRIVER = `
while read -r seconds script; do
  # Until nobody of the group holds its output any more.
  said=$(timeout -s KILL "$seconds" "$@" "$script" 2>&1)
  echo "$?"
done`

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** What killed runs have left: the manifest of before, or the one they were to put. */
interface Count {
  old: number
  new: number
}

describe("a script that is killed", () => {
  const { shells, put, place } = usePutFolder({ parent: PARENT })

  /**
   * Puts one manifest after the other in one place, and kills the script at a random moment. The time within which that is
   * follows how long the script takes: it grows with each run that was killed, and shrinks with one that was over before.
   */
  async function killed(shell: string, seed: number, kills: number): Promise<Count> {
    const random = numbers(seed)
    const manifest = await place()
    const scripts = { [OLD]: join(dirname(manifest), "old.sh"), [NEW]: join(dirname(manifest), "new.sh") }
    for (const [text, path] of Object.entries(scripts)) await writeFile(path, putText(manifest, text))
    // Last in the queue for the processor: the tests beside this one have deadlines.
    const command = ["-n", "19", "sh", "-c", DRIVER, "driver", ...shell.split(" ")]
    const driver = spawn("nice", command, { stdio: ["pipe", "pipe", "ignore"] })
    const codes = createInterface(driver.stdout)[Symbol.asyncIterator]()
    const run = async (text: string, withinMs: number) => {
      driver.stdin.write(`${withinMs / 1000} ${scripts[text]}\n`)
      return Number((await codes.next()).value)
    }

    const count: Count = { old: 0, new: 0 }
    let before = OLD
    expect(await run(OLD, 60_000)).toBe(0)
    let withinMs = 100
    while (count.old + count.new < kills) {
      const text = before === OLD ? NEW : OLD
      const code = await run(text, 1 + random() * withinMs)
      const there = await readFile(manifest, "utf8")
      expect([0, 137]).toContain(code)
      expect(code === 0 ? [text] : [before, text]).toContain(there)
      for (const backup of await backupsOf(manifest, (name) => name.startsWith("before-")))
        expect([OLD, NEW]).toContain(backup)
      if (code !== 0) count[there === before ? "old" : "new"]++
      withinMs *= code === 0 ? 0.8 : 1.04
      before = there
    }
    driver.stdin.end()
    const last = before === OLD ? NEW : OLD
    expect((await put(shell, manifest, last)).answer).toMatchObject({ outcome: "written" })
    expect(await readFile(manifest, "utf8")).toBe(last)
    const names = await leftBy(manifest)
    expect(names.filter((name) => !/^before-\d{7}-\d{8}T\d{6}Z$/.test(name))).toEqual([])
    expect(names.length).toBeLessThanOrEqual(10)
    return count
  }

  it(`leaves the old manifest or the new one, whole, whenever that is: ${KILLS} times`, async () => {
    const [dash = "", bash = "", busybox = ""] = shells
    // Most of the time is spent waiting for the disk, so many go on at once.
    const lanes: [shell: string, kills: number][] = [
      ...Array.from({ length: 6 }, (): [string, number] => [dash, KILLS / 8]),
      [bash, KILLS / 8],
      [busybox, KILLS / 8],
    ]
    const counts = await Promise.all(lanes.map(([shell, kills], seed) => killed(shell, seed, kills)))
    const sum = (of: keyof Count) => counts.reduce((all, count) => all + count[of], 0)
    // Otherwise nothing was tried. How many of each is the machine's to say; put-steps kills at every one of the steps.
    expect(Math.min(sum("old"), sum("new"))).toBeGreaterThan(0)
  }, 600_000)
})
