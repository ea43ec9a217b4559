import { mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ENV_FILE_PROGRAM } from "../../../shared/vm/env-file.ts"
import type { VmLook } from "../../../shared/vm/look.ts"
import { lookAtVm, type VmPlaces } from "../../../shared/vm/look-at-vm.ts"
import { digestOfBytes } from "../../tree.ts"
import { noLinux, scratchFolder, shellMachine, shellsIn } from "./shell-machine.ts"

const signal = new AbortController().signal

describe.skipIf(noLinux)("a look at the VM", () => {
  let folder = ""
  let remove = async () => {}
  let shells: string[] = []
  let number = 0

  beforeAll(async () => {
    const scratch = await scratchFolder()
    folder = scratch.folder
    remove = scratch.remove
    shells = await shellsIn(folder)
  })
  afterAll(() => remove())

  /** What every shell sees; the same, or the test fails. */
  async function look(places: VmPlaces, under = shells): Promise<VmLook> {
    const [first, ...others] = await Promise.all(
      under.map((shell) => lookAtVm(shellMachine(folder, shell), places, signal)),
    )
    for (const other of others) expect(other).toEqual(first)
    if (!first) throw new Error("there is no shell")
    return first
  }

  async function file(text: string | Uint8Array): Promise<string> {
    const path = join(folder, `file-${number++}`)
    await writeFile(path, text)
    return path
  }

  const nowhere = () => join(folder, "nowhere")

  it.each<[VmLook["secret"], string, string]>([
    ["present", "an assignment", "KEY=value\n"],
    ["present", "no newline at the end", "KEY=value"],
    ["present", "an exported one", "export KEY=value\n"],
    ["present", "blanks after export", "export \t KEY=value\n"],
    ["present", "leading blanks", " \t KEY=value\n"],
    ["present", "leading blanks and export", "  export KEY=value\n"],
    ["present", "blanks around the equals sign", "KEY = value\n"],
    ["present", "double quotes", 'KEY="value"\n'],
    ["present", "single quotes", "KEY='value'\n"],
    ["present", "CRLF", 'OTHER=1\r\nKEY="value"\r\n'],
    ["present", "a trailing comment", "KEY=value # the key\n"],
    ["present", "a hash in the value", "KEY=#value\n"],
    ["present", "a hash in quotes", "KEY='# value'\n"],
    ["present", "spaces in the value", "KEY=a b c\n"],
    ["present", "an equals sign in the value", "KEY==\n"],
    ["present", "an escaped quote", 'KEY="\\""x\n'],
    ["present", "text after empty quotes", 'KEY=""value\n'],
    ["present", "an apostrophe", "KEY=it's\nOTHER='\n"],
    ["present", "a quote that nobody closes", 'KEY="value\nOTHER=1\n'],
    ["present", "a value of several lines", 'KEY="\n-----BEGIN KEY-----\nabc\n"\nOTHER=1\n'],
    ["present", "an empty one before it", "KEY=\nKEY=value\n"],
    ["present", "a placeholder before it", "KEY=YOUR_KEY\nKEY=value\n"],
    ["present", "a commented one after it", "KEY=value\n#KEY=\n"],
    ["present", "a longer key after it", "KEY=value\nKEY_2=\nMY_KEY=\n"],
    ["present", "a value that only contains a placeholder", "KEY=sk-xxx-changeme\n"],
    ["present", "asterisks in the value", "KEY=sk***\n"],
    ["present", "two letters", "KEY=xx\n"],
    ["present", "bytes that are no text", "OTHER=\xff\xfe\nKEY=\xe9\n"],
    ["present", "a very long value", `KEY="${"v".repeat(200_000)}"\n`],
    ["key missing", "no bytes", ""],
    ["key missing", "another key", "OTHER=value\n"],
    ["key missing", "a longer key", "KEY_2=value\n"],
    ["key missing", "a key that ends the same", "MY_KEY=value\nexportKEY=value\n"],
    ["key missing", "other letters", "key=value\n"],
    ["key missing", "a comment", "#KEY=value\n # KEY=value\n"],
    ["key missing", "the key alone", "KEY\nexport KEY\n"],
    ["key missing", "the key as a value", "OTHER=KEY=value\n"],
    ["empty", "nothing", "KEY=\n"],
    ["empty", "nothing, at the end", "KEY="],
    ["empty", "nothing with CRLF", "export KEY=\r\n"],
    ["empty", "blanks", "KEY= \t \n"],
    ["empty", "double quotes", 'KEY=""\n'],
    ["empty", "single quotes", "KEY=''\n"],
    ["empty", "quotes with CRLF", 'KEY=""\r\n'],
    ["empty", "blanks in quotes", 'KEY="  "\n'],
    ["empty", "quotes in quotes", "KEY='\"\"'\n"],
    ["empty", "a comment alone", "KEY= # your key here\n"],
    ["empty", "a comment after quotes", 'KEY="" # your key here\n'],
    ["empty", "an opened quote", 'KEY="\nOTHER=1\n'],
    ["empty", "the last one", "KEY=value\nKEY=\n"],
    ["placeholder", "YOUR_", "KEY=YOUR_GEMINI_API_KEY_HERE\n"],
    ["placeholder", "your_ in quotes", 'export KEY="your_key" # here\n'],
    ["placeholder", "changeme", "KEY=changeme\n"],
    ["placeholder", "CHANGE_ME with CRLF", "KEY='CHANGE_ME'\r\n"],
    ["placeholder", "xxx", "KEY=xxx\n"],
    ["placeholder", "more of them", "KEY=XXXXXXXX\n"],
    ["placeholder", "a mask", "KEY='***'\n"],
    ["placeholder", "angle brackets", "KEY=<your key>\n"],
    ["placeholder", "one after a value", "KEY=value\nKEY=YOUR_KEY\n"],
  ])("finds the secret %s: %s", async (secret, _what, text) => {
    const envFile = await file(Buffer.from(text, "latin1"))
    // Who reads is awk: dash and bash have the same one.
    const awks = shells.filter((shell) => shell !== "bash")
    expect(await look({ envFile, secret: "KEY", manifest: nowhere() }, awks)).toEqual({ secret, manifest: "missing" })
  })

  it("tells a file that is not there from one that cannot be read", async () => {
    const [manifest, secret] = [await file("{}"), "KEY"]
    const dangling = join(folder, "dangling")
    await symlink(nowhere(), dangling)
    for (const envFile of [nowhere(), dangling, "", join(manifest, "below")]) {
      expect(await look({ envFile, secret, manifest: envFile })).toEqual({
        secret: "file missing",
        manifest: "missing",
      })
    }
    expect(await look({ envFile: folder, secret, manifest: folder })).toEqual({
      secret: "file unreadable",
      manifest: "unreadable",
    })
  })

  it.runIf(process.platform === "linux")("notices that reading fails half-way", async () => {
    // A regular file whose first byte nobody can read, not even root.
    const broken = `/proc/${process.pid}/mem`
    expect(await look({ envFile: broken, secret: "KEY", manifest: broken })).toEqual({
      secret: "file unreadable",
      manifest: "unreadable",
    })
  })

  it.each([
    ["text", "{}\n"],
    ["no bytes", ""],
    ["no newline at the end", '{"version": "1.6.1.44"}'],
    ["unicode and CRLF", "\ufeff{“ü”}\r\n"],
  ])("tells the manifest's size and digest: %s", async (_what, text) => {
    const manifest = await file(text)
    expect((await look({ envFile: nowhere(), secret: "KEY", manifest })).manifest).toEqual({
      digest: digestOfBytes(Buffer.from(text)),
      sizeBytes: Buffer.byteLength(text),
    })
  })

  it("reads the files that links lead to", async () => {
    const link = join(folder, "link")
    await symlink(await file("KEY=value\n"), link)
    expect(await look({ envFile: link, secret: "KEY", manifest: link })).toMatchObject({
      secret: "present",
      manifest: { sizeBytes: 10 },
    })
  })

  it("finds paths with every sort of character below a folder of the same name", async () => {
    const name = " -e *?[a] \\n 'q' \"d\" ü\n"
    await mkdir(join(folder, name))
    const path = join(folder, name, name)
    await writeFile(path, "KEY=value\n")
    expect(await look({ envFile: path, secret: "KEY", manifest: path })).toMatchObject({
      secret: "present",
      manifest: { sizeBytes: 10 },
    })
  })

  it("fits between the quotes of the script", () => expect(ENV_FILE_PROGRAM).not.toContain("'"))
})
