import { once } from "node:events"
import { createServer, type RequestListener, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { inspect } from "node:util"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type RunCommand, startRunCommand } from "../../../../infra/local/azure/run-command.ts"
import { type RunCommandConnection, runCommandMachine } from "../../../../shared/adapters/azure/run-command.ts"
import type { Machine } from "../../../../shared/ports/machine.ts"
import { lookAtVm } from "../../../../shared/vm/look-at-vm.ts"
import { LOOK_SCRIPT } from "../../../../shared/vm/look-script.ts"
import { encodeParameters } from "../../../../shared/vm/protocol.ts"
import { scratchFolder } from "../../vm/shell-machine.ts"
import { type Given, ownCertificate, problemOf, startIdentities } from "./identities.ts"

const CANARY = "canary-of-the-identity"
const where = { envFile: "/nowhere/config.env", secret: "KEY", manifest: "/nowhere/manifest.json" }
const signal = new AbortController().signal

const machineAt = (armUrl: string, options: Partial<RunCommandConnection> = {}) =>
  runCommandMachine({
    subscriptionId: "00000000-0000-4000-8000-000000000000",
    resourceGroup: "group",
    name: "vm",
    armUrl,
    credential: {},
    busyWaitMs: 40,
    pauseMs: 10,
    pollMs: 10,
    ...options,
  })

describe("a VM behind run-command", () => {
  let arm: RunCommand
  let root = ""
  let remove = async () => {}

  beforeEach(async () => {
    const scratch = await scratchFolder()
    root = scratch.folder
    remove = scratch.remove
    arm = await startRunCommand({ root })
  })
  afterEach(async () => {
    await arm.close()
    await remove()
  })

  const run = async (script: string, parameters: { [name: string]: string } = {}, abort = signal) =>
    (await machineAt(arm.url)).run(script, parameters, abort)

  /** Runs this script, whichever it is given. */
  const machineRunning = async (script: string): Promise<Machine> => {
    const machine = await machineAt(arm.url)
    return { ...machine, run: (_script, ...rest) => machine.run(script, ...rest) }
  }

  it("asks nothing before its first run", async () => {
    expect((await machineAt(arm.url)).name).toBe("vm")
    expect(arm.calls).toEqual([])
  })

  it("runs a script with its parameters and answers both outputs", async () => {
    const script = '#!/bin/sh\nprintf %s "$who" | base64 -d\necho\necho loud >&2\n'
    expect(await run(script, encodeParameters({ who: "it's $(touch x) “me”" }))).toEqual({
      stdout: "it's $(touch x) “me”\n",
      stderr: "loud\n",
    })
    expect(arm.calls[0]).toBe(
      "POST /subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/group/providers/Microsoft.Compute/virtualMachines/vm/runCommand",
    )
  })

  it.each([
    ["nothing", "true", { stdout: "", stderr: "" }],
    ["only errors", "echo [stdout] >&2", { stdout: "", stderr: "[stdout]\n" }],
    ["the words of Azure", "echo [stdout]; echo [stderr] >&2", { stdout: "[stdout]\n", stderr: "[stderr]\n" }],
    ["half a script", "echo half; exit 3", { stdout: "half\n", stderr: "" }],
    ["no newline", "printf x", { stdout: "x", stderr: "" }],
  ])("answers the outputs of a script that printed %s", async (_what, script, outputs) => {
    expect(await run(script)).toEqual(outputs)
  })

  it("never takes errors for output", async () => {
    const { stdout } = await run("echo '[stderr]'; echo SLIPWAY-VM 1 >&2")
    expect(stdout).not.toContain("SLIPWAY-VM")
  })

  it("follows a script that takes a while", async () => {
    expect((await run("sleep 0.7; echo end")).stdout).toBe("end\n")
    expect(arm.calls.length).toBeGreaterThan(2)
  })

  it("looks at the VM", async () => {
    expect(await lookAtVm(await machineAt(arm.url), where, signal)).toEqual({
      secret: "file missing",
      manifest: "missing",
    })
  })

  it.each([
    ["stopped", "VM_STOPPED", "vm is not running"],
    ["read-only", "SUBSCRIPTION_READ_ONLY", "the subscription of vm is read-only"],
    ["forbidden", "VM_FORBIDDEN", "the identity may not run commands on vm: 403 AuthorizationFailed"],
    ["missing", "VM_NOT_FOUND", "Azure does not know vm: 404 ResourceNotFound"],
    ["unauthorized", "AZURE_UNAUTHORIZED", /that it accepts, to run a command on vm: 401 InvalidAuthenticationToken$/],
    ["busy", "VM_BUSY", "vm has been running another command for 0.04 s"],
    ["unreachable", "AZURE_UNREACHABLE", "Azure cannot be asked to run a command on vm: ECONNRESET"],
    ["cut", "VM_ANSWER_CUT", "the last line of the script's output on vm is not whole"],
  ] as const)("that is %s is %s", async (state, code, message) => {
    arm.setState(state)
    const problem = await problemOf(lookAtVm(await machineAt(arm.url), where, signal))
    expect(problem.code).toBe(code)
    expect(problem.message).toMatch(message)
    expect(problem.cause).toBeUndefined()
  })

  it("waits for another command to end, and tries again", async () => {
    arm.setState("busy")
    const running = (await machineAt(arm.url, { busyWaitMs: 60_000 })).run("echo at last", {}, signal)
    await expect.poll(() => arm.calls.length).toBeGreaterThan(2)
    arm.setState("running")
    expect((await running).stdout).toBe("at last\n")
  })

  it("tries no more often than its patience allows", async () => {
    arm.setState("busy")
    await problemOf(run("true"))
    expect(arm.calls).toHaveLength(5)
  })

  it("gives another command its turn", async () => {
    const machine = await machineAt(arm.url, { busyWaitMs: 60_000 })
    const both = [machine.run("sleep 0.1; echo one", {}, signal), machine.run("sleep 0.1; echo two", {}, signal)]
    expect((await Promise.all(both)).map(({ stdout }) => stdout)).toEqual(["one\n", "two\n"])
  })

  it.each([
    ["fails although Azure says succeeded", "#!/bin/sh\nexec 3</nowhere\n"],
    ["is killed", "#!/bin/sh\nkill -9 $$\n"],
    ["is no shell script", "#!/bin/sh\nif\n"],
  ])("has failed when a script of ours %s", async (_what, script) => {
    expect(await problemOf(lookAtVm(await machineRunning(script), where, signal))).toMatchObject({
      code: "VM_SCRIPT_FAILED",
      message: expect.stringContaining("the script on vm did not reach its end"),
    })
  })

  it("has failed when a script of ours takes too long", async () => {
    await arm.close()
    arm = await startRunCommand({ root, timeoutMs: 100 })
    const slow = await machineRunning("sleep 600")
    expect(await problemOf(lookAtVm(slow, where, signal))).toMatchObject({ code: "VM_SCRIPT_FAILED" })
  })

  it("lacks a tool of the script", async () => {
    await arm.close()
    arm = await startRunCommand({ root, shell: "/usr/bin/env PATH=/nowhere /bin/sh" })
    expect(await problemOf(lookAtVm(await machineAt(arm.url), where, signal))).toMatchObject({
      code: "VM_SCRIPT_FAILED",
      message: "the script on vm did not reach its end: base64: not found",
    })
  })

  it.each([
    ["a name that is no shell name", { "a b": "YQ==" }],
    ["a name that is code", { "a;touch HACKED": "YQ==" }],
    ["a name with a digit first", { "1a": "YQ==" }],
    ["no name", { "": "YQ==" }],
    ["a value that is code", { a: "$(touch HACKED)" }],
    ["a value with a blank", { a: "YQ== YQ==" }],
    ["a value with a newline", { a: "YQ==\n" }],
    ["a value that is an option", { a: "-x" }],
    ["a value in another alphabet", { a: "_w==" }],
  ])("is never sent %s", async (_what, parameters) => {
    const problem = await problemOf(run("true", parameters))
    expect(problem.code).toBe("INTERNAL")
    expect(problem.message).not.toContain("HACKED")
    expect(arm.calls).toEqual([])
  })

  describe("stops with the caller's reason", () => {
    const reason = new Error("the run is over")

    it("before it begins", async () => {
      await expect(run("true", {}, AbortSignal.abort(reason))).rejects.toBe(reason)
      expect(arm.calls).toEqual([])
    })

    it("while a script runs", async () => {
      const caller = new AbortController()
      const running = run("sleep 600", {}, caller.signal)
      await expect.poll(() => arm.calls.length).toBeGreaterThan(1)
      caller.abort(reason)
      await expect(running).rejects.toBe(reason)
    })

    it("while it waits for another command", async () => {
      arm.setState("busy")
      const caller = new AbortController()
      const patient = await machineAt(arm.url, { busyWaitMs: 60_000, pauseMs: 60_000 })
      const running = patient.run("true", {}, caller.signal)
      await expect.poll(() => arm.calls.length).toBe(1)
      caller.abort(reason)
      await expect(running).rejects.toBe(reason)
    })
  })
})

describe("a VM behind an odd server", () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })

  async function odd(listener: RequestListener) {
    const server = createServer(listener).listen(0, "127.0.0.1")
    servers.push(server)
    await once(server, "listening")
    return machineAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
  const json = (status: number, body: unknown): RequestListener => {
    return (_request, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    }
  }
  const refused = (status: number, code: string, message = CANARY) => json(status, { error: { code, message } })
  const said = (message: string) => json(200, { value: [{ code: "ProvisioningState/succeeded", message }] })

  it.each<[string, string, RequestListener, string]>([
    ["a lock", "VM_FORBIDDEN", refused(409, "ScopeLocked"), "read-only lock"],
    [
      "a VM that forbids extensions",
      "VM_FORBIDDEN",
      refused(
        409,
        "OperationNotAllowed",
        "This operation cannot be performed when extension operations are disallowed.",
      ),
      "allowExtensionOperations",
    ],
    ["a stopped VM in other words", "VM_STOPPED", refused(409, "Conflict", "The VM is not running."), "az vm start"],
    ["a conflict of another kind", "VM_BUSY", refused(409, "OperationPreempted"), "Wait until it has ended"],
    ["another subscription", "VM_NOT_FOUND", refused(404, "SubscriptionNotFound"), "AZURE_SUBSCRIPTION_ID"],
    ["another group", "VM_NOT_FOUND", refused(404, "ResourceGroupNotFound"), "vm.resourceGroup"],
    ["something else", "AZURE_UNREACHABLE", (_, response) => response.writeHead(404).end(CANARY), "network"],
    ["a page", "VM_ANSWER_CUT", (_, response) => response.writeHead(200).end(`<html>${CANARY}`), "again"],
    ["an outage", "AZURE_UNREACHABLE", refused(503, "ServerTimeout"), "status.azure.com"],
    ["too many requests", "AZURE_UNREACHABLE", refused(429, "TooManyRequests"), "status.azure.com"],
    ["a misunderstanding", "INTERNAL", refused(400, "InvalidParameter"), "defect"],
    [
      "a code that is none",
      "VM_FORBIDDEN",
      refused(403, `${CANARY} 1`),
      "(runCommand/action and read) on the VM vm in the resource group",
    ],
    ["no agent", "AZURE_UNREACHABLE", refused(409, "VMAgentStatusCommunicationError"), "agent"],
    ["half an answer", "VM_ANSWER_CUT", said(`Enable succeeded: \n[stdout]\nSLIPWAY-VM {"${CANARY}`), "again"],
    ["an answer without outputs", "VM_ANSWER_CUT", said(CANARY), "again"],
    ["an empty answer", "VM_ANSWER_CUT", json(200, {}), "again"],
    ["an answer with another shape", "VM_ANSWER_CUT", json(200, { value: [{}] }), "again"],
  ])("takes %s for %s", async (_what, code, listener, remedy) => {
    const problem = await problemOf((await odd(listener)).run("true", {}, signal))
    expect(problem).toMatchObject({ code, remedy: expect.stringContaining(remedy) })
    expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain(CANARY)
  })

  it.each<[string, string, unknown]>([
    ["fails", "AZURE_UNREACHABLE", { error: { code: "VMExtensionProvisioningTimeout", message: CANARY } }],
    ["fails because the VM stops", "VM_STOPPED", { error: { code: "OperationNotAllowed", message: CANARY } }],
    ["fails without a reason", "AZURE_UNREACHABLE", {}],
  ])("notices a command that %s later", async (_what, code, body) => {
    const machine = await odd((request, response) => {
      if (request.method === "GET") return json(200, { status: "Failed", ...Object(body) })(request, response)
      const address = `http://${request.headers.host}/operation?api-version=1`
      response.writeHead(202, { location: address, "azure-asyncoperation": address }).end()
    })
    const problem = await problemOf(machine.run("true", {}, signal))
    expect(problem.code).toBe(code)
    expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain(CANARY)
  })

  it("shows no credentials without encryption", async () => {
    const headers: unknown[] = []
    const machine = await odd((request, response) => {
      headers.push(request.headers.authorization)
      said("[stdout]\n\n[stderr]\n")(request, response)
    })
    expect(await machine.run("true", {}, signal)).toEqual({ stdout: "", stderr: "" })
    expect(headers).toEqual([undefined])
  })

  it("is told apart from one that is not there", async () => {
    const machine = await odd(() => {})
    servers.pop()?.close()
    expect(await problemOf(machine.run("true", {}, signal))).toMatchObject({
      code: "AZURE_UNREACHABLE",
      message: "Azure cannot be asked to run a command on vm: ECONNREFUSED",
    })
  })

  it("asks plain http of this machine only", async () => {
    const machine = await machineAt("http://management.example")
    expect(await problemOf(machine.run("true", {}, signal))).toMatchObject({ code: "SETTINGS_INVALID" })
  })
})

describe("a VM behind https", () => {
  const trusted = getCACertificates("default")
  let shown: unknown[] = []
  let identities: Awaited<ReturnType<typeof startIdentities>>
  /** The second is for who has not met it: what was trusted once is not looked at again. */
  const arms: Server[] = []
  const urls: string[] = []
  beforeAll(async () => {
    identities = await startIdentities()
    const { key, cert } = await ownCertificate()
    setDefaultCACertificates([...trusted, cert])
    const listener: RequestListener = ({ headers }, response) => {
      shown.push(headers.authorization)
      const good = headers.authorization === `Bearer ${CANARY}`
      const answer = good
        ? { value: [{ message: "[stdout]\nout\n\n[stderr]\n" }] }
        : { error: { code: "InvalidAuthenticationToken", message: `${headers.authorization}` } }
      response.writeHead(good ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify(answer))
    }
    for (let number = 0; number < 2; number++) {
      const arm = createTlsServer({ key, cert }, listener).listen(0, "127.0.0.1")
      await once(arm, "listening")
      arms.push(arm)
      urls.push(`https://127.0.0.1:${(arm.address() as AddressInfo).port}`)
    }
  })
  beforeEach(() => {
    identities.asked = []
    shown = []
  })
  afterAll(() => {
    setDefaultCACertificates(trusted)
    identities.close()
    for (const server of arms) {
      server.close()
      server.closeAllConnections()
    }
  })

  /** For an identity of its own: the SDK remembers tokens by identity. */
  const open = (clientId: string, number = 0) =>
    machineAt(`${urls[number]}/`, { credential: { credential: "managedidentity", clientId } })

  it("is asked with the app's identity, by a token for this place", async () => {
    identities.given = { status: 200, token: CANARY }
    expect(await (await open("someone")).run("true", {}, signal)).toEqual({ stdout: "out\n", stderr: "" })
    expect(identities.asked).toEqual([expect.stringContaining(`resource=${urls[0]}`)])
    expect(identities.asked[0]).toContain("client_id=someone")
    expect(shown).toEqual([`Bearer ${CANARY}`])
  })

  it.each<[what: string, given: Given]>([
    ["refuses the token", { status: 200, token: `${CANARY}-of-another` }],
    ["is not asked because there is no token", { status: 400 }],
  ])("that %s is told as such, without any token", async (what, answer) => {
    identities.given = answer
    const problem = await problemOf((await open(what)).run(LOOK_SCRIPT, encodeParameters(where), signal))
    expect(problem.code).toBe("AZURE_UNAUTHORIZED")
    expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain("canary")
  })

  it("that nobody can trust is unreachable, and sees no token", async () => {
    identities.given = { status: 200, token: CANARY }
    setDefaultCACertificates(trusted)
    expect(await problemOf((await open("else", 1)).run("true", {}, signal))).toMatchObject({
      code: "AZURE_UNREACHABLE",
      message: "Azure cannot be asked to run a command on vm: DEPTH_ZERO_SELF_SIGNED_CERT",
    })
    expect(shown).toEqual([])
  })
})
