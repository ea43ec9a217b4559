import { folderApp } from "../../../shared/app.ts"
import { median } from "../median.ts"
import { tell } from "./tell.ts"

/** Publishes a folder again and again, where it has been published before. Tells the seconds that one time takes, without the first. */
const [folder = "", stateDirectory = ""] = process.argv.slice(2)
const app = await folderApp({ folder, stateDirectory, log() {}, progress() {} })
const times: number[] = []
for (let time = 0; time < 10; time++) {
  const started = performance.now()
  const { status } = await app.publish({ asked: true })
  if (status !== "complete") throw new Error(`the release is ${status}`)
  times.push((performance.now() - started) / 1000)
}
tell(median(times.slice(1)))
