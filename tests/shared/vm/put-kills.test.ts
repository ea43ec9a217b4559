import { spawn } from "node:child_process"
import { existsSync, watch } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, it, onTestFinished } from "vitest"
import { environment } from "../../../shared/app.ts"
import { backupsOf, leftBy, NEW, OLD, putText, usePutFolder } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

/** All of them are a thousand, and take three minutes. */
const KILLS = Number(environment.SLIPWAY_PROOF_KILLS) || 400

/** In memory where that can be: the script has the disk write down all it does, and the disk has other tests to serve. */
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/**
 * Runs scripts as it is told, each in a group of its own that is killed in time, and says the group and then how it ended.
 * Node's own children cost more than the script.
 */
const DRIVER = `
exec 3>&1
while read -r seconds script; do
  # Until nobody of the group holds its output any more.
  said=$(sh -c 'echo "$$" >&3; exec timeout -s KILL "$@" 2>&1 3>&-' group "$seconds" "$@" "$script")
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

/** Kills a group of processes, if it has not ended by itself. */
function kill(group: number): void {
  try {
    process.kill(-group, "SIGKILL")
  } catch (error) {
    expect(error).toMatchObject({ code: "ESRCH" })
  }
}

/** What killed runs have left: the manifest of before, or the one they were to put. */
interface Count {
  old: number
  new: number
}

describe.skipIf(noLinux)("a script that is killed", () => {
  const { shells, put, place } = usePutFolder({ parent: PARENT })

  /**
   * Puts one manifest after the other in one place, and kills the script at a random moment. The time within which that is
   * follows how long the script takes: it grows with each run that was killed, and shrinks with one that was over before. On a
   * busy machine such a moment hardly ever comes after the rename, so every tenth run is killed once the rename is seen.
   */
  async function killed(shell: string, seed: number, kills: number): Promise<Count> {
    const random = numbers(seed)
    const manifest = await place()
    const scripts = { [OLD]: join(dirname(manifest), "old.sh"), [NEW]: join(dirname(manifest), "new.sh") }
    for (const [text, path] of Object.entries(scripts)) await writeFile(path, putText(manifest, text))
    // Last in the queue for the processor: the tests beside this one have deadlines.
    const command = ["-n", "19", "sh", "-c", DRIVER, "driver", ...shell.split(" ")]
    const driver = spawn("nice", command, { stdio: ["pipe", "pipe", "ignore"] })
    const lines = createInterface(driver.stdout)[Symbol.asyncIterator]()
    const said = async () => Number((await lines.next()).value)
    let seen = () => {}
    const watcher = watch(dirname(manifest), (_, name) => name === basename(manifest) && seen())
    onTestFinished(() => watcher.close())
    const run = async (text: string, withinMs: number, whenSeen: (group: number) => void = () => {}) => {
      driver.stdin.write(`${withinMs / 1000} ${scripts[text]}\n`)
      const group = await said()
      seen = () => whenSeen(group)
      return said()
    }

    const count: Count = { old: 0, new: 0 }
    let before = OLD
    expect(await run(OLD, 60_000)).toBe(0)
    let withinMs = 100
    for (let runs = 1; count.old + count.new < kills; runs++) {
      const text = before === OLD ? NEW : OLD
      const late = runs % 10 === 0
      const code = await (late ? run(text, 60_000, kill) : run(text, 1 + random() * withinMs))
      const there = await readFile(manifest, "utf8")
      expect([0, 137]).toContain(code)
      expect(code === 0 ? [text] : [before, text]).toContain(there)
      for (const backup of await backupsOf(manifest, (name) => name.startsWith("before-")))
        expect([OLD, NEW]).toContain(backup)
      if (code !== 0) count[there === before ? "old" : "new"]++
      if (!late) withinMs *= code === 0 ? 0.8 : 1.04
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
    // Otherwise nothing was tried.
    expect(Math.min(sum("old"), sum("new"))).toBeGreaterThan(KILLS / 50)
  }, 600_000)
})
