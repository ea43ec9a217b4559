import { mkdir, readdir, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { asProblem } from "../../../shared/problem.ts"
import { lookAtVm } from "../../../shared/vm/look-at-vm.ts"
import { filesBelow } from "../../tree.ts"
import { HOSTILE } from "./hostile.ts"
import { CANARY, canariesIn, noLinux, scratchFolder, shellMachine, shellsIn } from "./shell-machine.ts"

const signal = new AbortController().signal

describe.skipIf(noLinux)("hostile names on the VM", () => {
  let folder = ""
  let remove = async () => {}
  let shells: string[] = []
  let before: string[] = []

  beforeAll(async () => {
    before = await readdir(".")
    const scratch = await scratchFolder()
    folder = scratch.folder
    remove = scratch.remove
    shells = await shellsIn(folder)
  })
  afterAll(() => remove())

  async function expectNothingDone(): Promise<void> {
    const found = (await filesBelow(folder)).map((path) => basename(path)).filter((name) => name === "HACKED")
    expect(found).toEqual([])
    expect(await readdir(".")).toEqual(before)
  }

  it.each(HOSTILE.map((value, index) => [value, index] as const))("are only names: %j", async (value, index) => {
    const below = join(folder, `${index}`, value.replaceAll("/", "_"))
    await mkdir(below, { recursive: true })
    const path = join(below, value.replaceAll("/", "_"))
    const text = `${value}=${CANARY}\nOTHER=1\n`
    await writeFile(path, text)
    // A key with a line end, or with blanks around it, is in no file.
    const secret = /\n|^\s|\s$/.test(value) ? "key missing" : "present"
    const see = async (shell: string) => {
      const machine = shellMachine(folder, shell)
      const look = await lookAtVm(machine, { envFile: path, secret: value, manifest: value }, signal)
      expect(look.secret).toBe(secret)
      expect(["missing", "unreadable"]).toContain(look.manifest)
      expect(canariesIn(...machine.printed)).toEqual([])
    }
    await Promise.all(shells.map(see))
    await expectNothingDone()
  })

  it("are refused where no shell could hold them", async () => {
    const machine = shellMachine(folder, "sh")
    const look = lookAtVm(machine, { envFile: "/a\0b", secret: "KEY", manifest: "/m" }, signal)
    await expect(look).rejects.toMatchObject({ code: "INTERNAL" })
    expect(machine.printed).toEqual([])
  })
})

describe.skipIf(noLinux)("the secret's value", () => {
  let folder = ""
  let remove = async () => {}
  /** With everything shown that they do. */
  let traced: string[] = []
  beforeAll(async () => {
    const scratch = await scratchFolder()
    folder = scratch.folder
    remove = scratch.remove
    traced = (await shellsIn(folder)).map((shell) => `${shell} -xv`)
  })
  afterAll(() => remove())

  it.each<[string, string]>([
    ["present", `KEY=${CANARY}\n`],
    ["in quotes", `export KEY="${CANARY}"\r\n`],
    ["behind a quote that nobody closes", `KEY='${CANARY}\n${CANARY}\n`],
    ["that looks like a command", `KEY=$(echo ${CANARY} >&2)\n`],
    ["that looks like an error", `KEY=\`${CANARY}\`\n${CANARY}\n`],
    ["as a key", `${CANARY}=KEY\n`],
    ["replaced by an empty one", `KEY=${CANARY}\nKEY=\n`],
    ["replaced by a placeholder", `KEY=${CANARY}\nKEY=changeme\n`],
    ["in a comment", `# KEY=${CANARY}\n`],
    ["in the last 4,096 bytes of a long one", `KEY=${"v".repeat(10_000)}${CANARY}\n`],
  ])("never leaves the VM: %s", async (what, text) => {
    const envFile = join(folder, what.replaceAll(" ", "-"))
    await writeFile(envFile, text)
    const see = async (shell: string) => {
      const machine = shellMachine(folder, shell)
      const seen = await lookAtVm(machine, { envFile, secret: "KEY", manifest: envFile }, signal)
      expect(canariesIn(seen, ...machine.printed)).toEqual([])
    }
    await Promise.all(traced.map(see))
  })

  it("is not in the error of a script that fails, whatever its tools have printed", async () => {
    const text = `KEY=${CANARY}\n`
    const envFile = join(folder, "loud")
    await writeFile(envFile, text)
    // As if a tool had quoted the file it cannot read.
    const loud = { name: "vm", run: async () => ({ stdout: "", stderr: `sh: 3: ${text.trim()}: not found\n${text}` }) }
    const error = asProblem(await lookAtVm(loud, { envFile, secret: "KEY", manifest: envFile }, signal).catch((e) => e))
    expect(error).toMatchObject({ code: "VM_SCRIPT_FAILED", message: expect.stringContaining("sh: … not found") })
    expect(canariesIn(error, error.summary())).toEqual([])
  })

  it("is not in the error of an answer that arrived in pieces", async () => {
    const machine = { name: "vm", run: async () => ({ stdout: `SLIPWAY-VM {"secret":"${CANARY}`, stderr: CANARY }) }
    const error = asProblem(
      await lookAtVm(machine, { envFile: "/e", secret: "K", manifest: "/m" }, signal).catch((e) => e),
    )
    expect(error.code).toBe("VM_ANSWER_CUT")
    expect(canariesIn(error, error.summary())).toEqual([])
  })
})
