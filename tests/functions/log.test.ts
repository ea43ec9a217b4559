import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { follow } from "../../cli/follow.ts"
import { afterReleaseRun } from "../../infra/local/prove.ts"
import { shipFolder } from "../../shared/app.ts"
import { CONTAINERS } from "../../shared/ports/names.ts"
import { VERIFICATION_FAILED, VERIFIED } from "../../shared/verify/markers.ts"
import { localStack, sampleFolder } from "../stack.ts"

/** A line of ours, read as a machine reads it. */
interface Line {
  text: string
  level: string
  functionName: string
  tag: string
  run: string
  step: string
}

const TAG = "v1.0.0.1"

describe("the log", () => {
  let stack: Awaited<ReturnType<typeof localStack>>
  let lines: Line[] = []
  let runs = new Map<string, Line[]>()

  beforeAll(async () => {
    stack = await localStack()
    const uploaded = await shipFolder(await sampleFolder(stack.state, TAG), undefined, stack.settings, () => {})
    await follow(stack, uploaded, () => {})
    await afterReleaseRun(stack, TAG)
    await stack.runTimer("inbox-sweep")
    await fetch(`${stack.url}/api/releases/none`, { headers: { "x-functions-key": stack.key } })
    await stack.outside?.updateServer.close()
    await stack.runTimer("verify-quick")
    const unlock = await lockNotebook()
    await stack.runTimer("verify-quick")
    await unlock()
    lines = stack.entries.filter(isOurs).map(read)
    runs = Map.groupBy(lines, ({ run }) => run)
  })
  afterAll(() => stack.close())

  /** Keeps everybody from writing down how checks stand; answers how to stop that. */
  async function lockNotebook(): Promise<() => Promise<unknown>> {
    const { BlobServiceClient } = await import("@azure/storage-blob")
    const service = BlobServiceClient.fromConnectionString(stack.settings.AzureWebJobsStorage ?? "")
    const lease = service.getContainerClient(CONTAINERS.reports).getBlobClient("standing.json").getBlobLeaseClient()
    await lease.acquireLease(60)
    return () => lease.releaseLease()
  }

  /** The host's own lines tell when a run begins and how it ends. */
  function isOurs({ functionName, message }: (typeof stack.entries)[number]): boolean {
    return functionName !== undefined && !/^(?:Executing|Executed in|Failed in)\b/.test(message)
  }

  function read({ message, level, functionName = "", invocationId }: (typeof stack.entries)[number]): Line {
    const [, text = "", json = ""] = /^(.*?) (\{"tag":.*\})$/s.exec(message) ?? []
    expect(json, message).not.toBe("")
    const fields = JSON.parse(json)
    expect(Object.keys(fields).slice(0, 3)).toEqual(["tag", "run", "step"])
    expect(fields.run).toBe(invocationId)
    return { text, level, functionName, ...fields }
  }

  it("tells of every line the tag, the run and the step", () => {
    expect(lines.length).toBeGreaterThan(10)
    const released = lines.filter(({ functionName, tag }) => functionName === "inbox-event" && tag !== "-")
    const steps = released.map(({ text, step }) => [text.replace(/[: ].*/s, ""), step])
    expect(steps).toEqual(
      expect.arrayContaining([
        ["Current", "plan"],
        ["Uploaded.", "publish"],
        ["Manifest", "commit-manifest"],
        ["RELEASE", "complete"],
      ]),
    )
    expect(new Set(released.map(({ tag }) => tag))).toEqual(new Set([TAG]))
  })

  it("is one operation per run: a release from its first line to its last", () => {
    const [release] = [...runs.values()].filter((run) => run.some(({ text }) => text === "RELEASE COMPLETE"))
    expect(release?.map(({ text }) => text.split(":")[0])).toEqual(
      expect.arrayContaining(["Current Version", "Release Tag", "Target Repo", "Manifest committed"]),
    )
    expect([...runs.values()].every((run) => new Set(run.map(({ functionName }) => functionName)).size === 1)).toBe(
      true,
    )
  })

  it("ends every run of the checks with a line that the alarm knows", () => {
    const verified = [...runs.values()].filter(([first]) => first?.functionName.startsWith("verify"))
    const ends = verified.map((run) => run.at(-1)?.text ?? "")
    expect(ends.length).toBeGreaterThan(1)
    expect(ends[0]).toMatch(new RegExp(`^${VERIFIED}: \\d+ checks`))
    expect(ends.at(-1)).toMatch(new RegExp(`^${VERIFICATION_FAILED}: \\d of \\d+ checks`))
    const failed = verified.at(-1)?.map(({ step, level, tag }) => ({ step, level, tag }))
    expect(failed).toContainEqual({ step: "health", level: "error", tag: TAG })
    expect(failed?.at(-1)).toEqual({ step: "verify", level: "error", tag: TAG })
  })

  it("says in a run's own log what it could not write down", () => {
    const last = [...runs.values()].filter(([first]) => first?.functionName === "verify-quick").at(-1)
    const said = last?.filter(({ step, level }) => step === "verify" && level === "warning").map(({ text }) => text)
    // Twice: how things stand, and that the alert is told.
    expect(new Set(said)).toEqual(
      new Set(["STATE_CONFLICT: standing.json was written by somebody else in the meantime"]),
    )
  })

  it("tells a caller's mistake as a warning, under the function's name", () => {
    expect(lines.find(({ functionName }) => functionName === "release")).toMatchObject({
      text: expect.stringMatching(/^TAG_INVALID: /),
      level: "warning",
      step: "release",
    })
  })
})
