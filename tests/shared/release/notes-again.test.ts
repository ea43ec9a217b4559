import { afterEach, expect, it } from "vitest"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk, WORKSPACE } from "../../world.ts"

let desk: Desk
afterEach(() => desk.close())

it("tells of notes that are those of the release before, and of no others", async () => {
  desk = await openDesk()
  const { "NOTES.md": notes = "" } = await sampleFiles("1.6.1.45")
  const told: string[][] = []
  for (const version of ["1.6.1.44", "1.6.1.45", "1.6.1.46"]) {
    await desk.github.pushFile(WORKSPACE, "VERSION", `${version}\n`, "next")
    await desk.dropAll(`v${version}`, await sampleFiles(version))
    if (version === "1.6.1.46") await desk.drop(`v${version}/NOTES.md`, notes)
    expect(await desk.run({ tag: `v${version}` })).toEqual({ status: "complete" })
    const warnings = desk.spoken.splice(0).map((line) => JSON.parse(line) as { level: string; message: string })
    told.push(warnings.filter(({ level }) => level === "warn").map(({ message }) => message))
  }
  expect(told).toEqual([[], [], ["NOTES.md is byte for byte that of v1.6.1.45"]])
})
