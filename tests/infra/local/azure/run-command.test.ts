import { mkdir, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunCommand, type RunCommandOptions, startRunCommand } from "../../../../infra/local/azure/run-command.ts"
import { pasteParameters, type Ran } from "../../../../infra/local/azure/run-command-script.ts"
import { scratchFolder } from "../../../shared/vm/shell-machine.ts"

const VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm/runCommand"
const VERSION = "?api-version=2026-04-01"

type Parameters = { name: string; value: string }[]

describe("the run-command look-alike", () => {
  let arm: RunCommand
  let root = ""
  let remove = async () => {}
  let ran: Ran[] = []

  const start = async (options: Partial<RunCommandOptions> = {}) => {
    await arm?.close()
    arm = await startRunCommand({ root, observe: (each) => ran.push(each), ...options })
  }
  beforeEach(async () => {
    const scratch = await scratchFolder()
    root = scratch.folder
    remove = scratch.remove
    ran = []
    arm = await startRunCommand({ root, observe: (each) => ran.push(each) })
  })
  afterEach(async () => {
    await arm.close()
    await remove()
  })

  const post = (script: string, parameters: Parameters = [], path = `${VM}${VERSION}`) =>
    fetch(arm.url + path, {
      method: "POST",
      body: JSON.stringify({ commandId: "RunShellScript", script: script.split("\n"), parameters }),
    })

  /** The message of a command's result, as a bare client follows it to its end. */
  async function run(script: string, parameters: Parameters = []): Promise<string> {
    const accepted = await post(script, parameters)
    expect(accepted.status).toBe(202)
    return result(accepted.headers.get("location") ?? "")
  }

  async function result(location: string): Promise<string> {
    for (;;) {
      const answer = await fetch(location)
      if (answer.status !== 202)
        return ((await answer.json()) as { value: { message: string }[] }).value[0]?.message ?? ""
      expect(answer.headers.get("retry-after")).toBe("1")
    }
  }

  it("is turned off and on by whoever likes, in any state, and counts that as no call", async () => {
    const state = (name = "", method = "GET") => fetch(`${arm.url}/_state${name}`, { method })
    expect(await (await state()).json()).toEqual({ state: "running" })
    for (const name of ["stopped", "unreachable", "running"]) {
      const answer = await state(`/${name}`, "PUT")
      expect([answer.status, await answer.json()]).toEqual([200, { state: name }])
    }
    const unknown = await state("/asleep", "PUT")
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining("running, stopped, busy")])
    expect(arm.calls).toEqual([])

    await state("/stopped", "PUT")
    expect((await post("echo never")).status).toBe(409)
    await state("/running", "PUT")
    expect(await run("echo on")).toContain("[stdout]\non\n")
  })

  it("runs a script and answers what it printed, in Azure's words", async () => {
    const accepted = await post("#!/bin/sh\necho out; echo err >&2")
    const answer = await fetch(accepted.headers.get("location") ?? "")
    expect(await answer.json()).toEqual({
      value: [
        {
          code: "ProvisioningState/succeeded",
          level: "Info",
          displayStatus: "Provisioning succeeded",
          message: "Enable succeeded: \n[stdout]\nout\n\n[stderr]\nerr\n",
        },
      ],
    })
  })

  it("says how far it is to who follows Azure-AsyncOperation", async () => {
    const accepted = await post("true")
    const address = accepted.headers.get("azure-asyncoperation") ?? ""
    expect(await (await fetch(address)).json()).toEqual({ status: "Succeeded" })
  })

  it("says succeeded when the script failed", async () => {
    expect(await run("echo half; no-such-command; exit 7")).toContain("Enable succeeded: \n[stdout]\nhalf\n")
    expect(ran).toMatchObject([{ exitCode: 7, stderr: expect.stringContaining("not found") }])
  })

  it("pastes parameters as text below the first line, in the order in which they came", async () => {
    await run("#!/bin/sh\necho body", [
      { name: "b", value: "hello" },
      { name: "a", value: "world" },
    ])
    const text = await readFile(join(root, "download", "0", "script.sh"), "utf8")
    expect(text).toBe("#!/bin/sh\nexport b=hello a=world\nset -- hello world\necho body")
    expect(pasteParameters("echo body", [{ name: "a", value: "x" }])).toBe("export a=x\nset -- x\necho body")
    expect(pasteParameters("#!/bin/sh\necho body", [])).toBe("#!/bin/sh\necho body")
  })

  it("gives parameters to the script by name and by place", async () => {
    expect(await run("#!/bin/sh\necho $a/$1", [{ name: "a", value: "x" }])).toContain("[stdout]\nx/x\n")
  })

  it.each(["x;touch HACKED", "$(touch HACKED)", "`touch HACKED`", "x\ntouch HACKED"])(
    "is as dangerous as Azure: it runs %j",
    async (value) => {
      await run("#!/bin/sh\ntrue", [{ name: "a", value }])
      expect(await readdir(join(root, "download", "0"))).toContain("HACKED")
    },
  )

  it("runs in a folder of its own, with next to no environment", async () => {
    expect(await run("pwd; env | cut -d= -f1 | grep -v -e PWD -e _ -e SHLVL -e OLDPWD")).toContain(
      `[stdout]\n${join(root, "download", "0")}\nPATH\n`,
    )
  })

  it("answers the last 4,096 bytes of either output", async () => {
    await run("i=0; while [ $i -lt 1000 ]; do echo 0123456789; echo 9876543210 >&2; i=$((i+1)); done; echo end")
    expect(ran.map(({ stdout, stderr }) => [stdout.length, stderr.length])).toEqual([[4096, 4096]])
    expect(ran[0]?.stdout.endsWith("0123456789\nend\n")).toBe(true)
  })

  it("refuses a second command of a VM while one is at work, not one of another VM", async () => {
    const fifo = join(root, "gate")
    const slow = await post(`mkfifo ${fifo}; cat ${fifo}`)
    const second = await post("echo second")
    expect(second.status).toBe(409)
    expect(await second.json()).toMatchObject({
      error: { code: "Conflict", message: expect.stringContaining("in progress") },
    })
    expect((await post("true", [], `${VM.replace("/vm/", "/other/")}${VERSION}`)).status).toBe(202)
    await open(fifo)
    expect(await result(slow.headers.get("location") ?? "")).toContain("opened")
    expect(await run("echo third")).toContain("third")
  })

  /** Lets the script that waits at a gate go on. */
  async function open(fifo: string): Promise<void> {
    const other = `${VM.replace("/vm/", "/third/")}${VERSION}`
    const opened = await post(`while [ ! -p ${fifo} ]; do :; done; echo opened > ${fifo}`, [], other)
    await result(opened.headers.get("location") ?? "")
  }

  it("kills a script that takes too long, with all it has started", async () => {
    await start({ timeoutMs: 300 })
    expect(await run("echo begun; sleep 600 & sleep 600; echo end")).toBe(
      "Enable succeeded: \n[stdout]\nbegun\n\n[stderr]\n",
    )
    expect(ran).toEqual([{ stdout: "begun\n", stderr: "", exitCode: undefined }])
  })

  it("kills what still runs when it is closed", async () => {
    await post("sleep 600")
    await arm.close()
    expect(ran).toMatchObject([{ exitCode: undefined }])
    await start()
  })

  it("runs scripts with another shell", async () => {
    await start({ shell: "bash" })
    expect(await run("echo $BASH")).toMatch(/\[stdout\]\n\S*bash\n/)
  })

  it("keeps the last ten scripts", async () => {
    for (let number = 0; number < 12; number++) await run("true")
    expect((await readdir(join(root, "download"))).map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 2),
    )
    await mkdir(join(root, "kept"))
    await start()
    expect(await readdir(root)).toEqual(["kept"])
  })

  it.each([
    ["stopped", 409, "OperationNotAllowed"],
    ["busy", 409, "Conflict"],
    ["read-only", 409, "ReadOnlyDisabledSubscription"],
    ["forbidden", 403, "AuthorizationFailed"],
    ["missing", 404, "ResourceNotFound"],
    ["unauthorized", 401, "InvalidAuthenticationToken"],
  ] as const)("refuses as if it were %s, and runs nothing", async (state, status, code) => {
    arm.setState(state)
    const answer = await post("true")
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: { code } })
    arm.setState("running")
    await run("true")
    expect(ran).toHaveLength(1)
  })

  it("breaks the connection, or cuts the output in half, when it is told to", async () => {
    arm.setState("unreachable")
    await expect(post("true")).rejects.toThrow()
    arm.setState("cut")
    expect(await run("printf 12345678")).toBe("Enable succeeded: \n[stdout]\n1234\n[stderr]\n")
  })

  it.each([
    ["another path", `/subscriptions/s${VERSION}`, 404],
    ["an operation that nobody has begun", `/operations/x${VERSION}`, 404],
    ["no version of the interface", VM, 400],
  ])("does not serve %s", async (_what, path, status) => {
    expect((await post("true", [], path)).status).toBe(status)
    expect(arm.calls).toEqual([`POST ${path.split("?")[0]}`])
  })

  it("does not run what is no command", async () => {
    const answer = await fetch(`${arm.url}${VM}${VERSION}`, { method: "POST", body: "{" })
    expect(answer.status).toBe(400)
  })
})
