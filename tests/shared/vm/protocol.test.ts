import { describe, expect, it } from "vitest"
import { asProblem } from "../../../shared/problem.ts"
import { familiarWords } from "../../../shared/vm/familiar-words.ts"
import { answerBehindMarker, encodeParameters } from "../../../shared/vm/protocol.ts"

const about = { machine: "vm", script: "#!/bin/sh\nneed awk\n" }
const answer = (stdout: string, stderr = "") => answerBehindMarker({ stdout, stderr }, about)

function problemOf(stdout: string, stderr = "") {
  try {
    answer(stdout, stderr)
  } catch (error) {
    return asProblem(error)
  }
  throw new Error("it was an answer")
}

describe("what a script answers", () => {
  it.each([
    ["alone", 'SLIPWAY-VM {"a":1}\n'],
    ["without its newline", 'SLIPWAY-VM {"a":1}'],
    ["after other output", 'hello\nSLIPWAY-VM is not this\nSLIPWAY-VM {"a":1}\n'],
    ["before other output", 'SLIPWAY-VM {"a":1}\nbye\n'],
    ["after the end of a longer line", '…7}\nSLIPWAY-VM {"a":1}\n'],
    ["as the last of several", 'SLIPWAY-VM {"a":2}\nSLIPWAY-VM {"a":1}\n'],
  ])("is the JSON behind the marker: %s", (_where, stdout) => expect(answer(stdout)).toEqual({ a: 1 }))

  it.each([
    ["in the JSON", 'SLIPWAY-VM {"a":'],
    ["right after the marker", "SLIPWAY-VM "],
    ["in the marker", "SLIPWAY-V"],
    ["at its begin", 'AY-VM {"a":1}\n'],
    ["in the last of several", 'SLIPWAY-VM {"a":2}\nSLIPWAY-VM {"a"'],
  ])("is not whole when it is cut %s", (_where, stdout) => {
    const problem = problemOf(stdout)
    expect(problem.summary()).toMatchObject({
      code: "VM_ANSWER_CUT",
      message: "the last line of the script's output on vm is not whole",
    })
    expect(problem.cause).toBeUndefined()
  })

  it.each([
    ["nothing at all", "", "", "the script on vm did not reach its end and says nothing about it"],
    ["other output only", "hello\n", "", "the script on vm did not reach its end and says nothing about it"],
    ["the marker in another place", ' SLIPWAY-VM {"a":1} \n', "", "did not reach its end"],
    ["the marker in the error output", "", 'SLIPWAY-VM {"a":1}\n', "did not reach its end"],
    ["an error", "", "awk: not found\n", "the script on vm did not reach its end: awk: not found"],
  ])("is none where the script printed %s", (_what, stdout, stderr, message) => {
    expect(problemOf(stdout, stderr)).toMatchObject({
      code: "VM_SCRIPT_FAILED",
      message: expect.stringContaining(message),
    })
  })
})

describe("the familiar words of an error output", () => {
  const words = (stderr: string) => familiarWords(stderr, about.script)

  it.each([
    ["script.sh: line 12: awk: command not found\n", "script.sh: line … awk: command not found"],
    ["sh: 1: cannot create /var/x: No space left on device", "sh: … cannot create … No space left on device"],
    ["config.env: line 3: s3cret: not found\n", "… line … not found"],
    ["awk: 's3cret' (s3cret) KEY=s3cret \"s3cret\"", "awk: …"],
    ["s3cret\n 1234 \u001b[31mred", ""],
    ["", ""],
  ])("of %j are %j", (stderr, expected) => expect(words(stderr)).toBe(expected))

  it("are the last two hundred characters", () => {
    const said = words(`${"no space left on device. ".repeat(400)}awk: killed`)
    expect(said).toHaveLength(200)
    expect(said).toMatch(/^….* device\. awk: killed$/)
  })
})

describe("a script's parameters", () => {
  it.each(["", "plain", "with '\"$(`;\n", "ünï 🚀", "x".repeat(3000)])("are base64: %.20s", (value) => {
    const { name } = encodeParameters({ name: value })
    expect(name).toMatch(/^[A-Za-z0-9+/]*={0,2}$/)
    expect(Buffer.from(name, "base64").toString()).toBe(value)
  })
})
