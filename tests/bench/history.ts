import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Github, startGithub } from "../../infra/local/github/index.ts"
import { makeSample } from "../../infra/local/sample/sample.ts"
import { environment, folderApp } from "../../shared/app.ts"
import { benchConfiguration, benchSettings, TOKEN } from "./configuration.ts"
import { median } from "./median.ts"

/** What a release costs where there are many older ones: medians. */
export interface History {
  few: { releases: number; seconds: number; calls: number }
  many: { releases: number; seconds: number; calls: number }
}

const ROUNDS = 9

/** Publishes small releases where there are ten older ones and ten thousand, in turn. */
export async function measureHistory(directory: string): Promise<History> {
  const few = await openShelf(join(directory, "few"), 10)
  const many = await openShelf(join(directory, "many"), 10_000)
  try {
    // The first loads all there is.
    for (let round = 0; round <= ROUNDS; round++) for (const shelf of [few, many]) await shelf.release(round)
    return { few: few.told(), many: many.told() }
  } finally {
    await few.github.close()
    await many.github.close()
  }
}

async function openShelf(directory: string, releases: number) {
  const config = await benchConfiguration()
  const github: Github = await filledGithub(join(directory, "github"), config.assets.repository, releases)
  await github.createRepository(config.workspace.repository, { files: { [config.workspace.version]: "1.0.0.0\n" } })
  const env = await benchSettings(github.url, directory)
  const [seconds, calls]: [number[], number[]] = [[], []]

  async function release(round: number): Promise<void> {
    const version = `1.0.0.${round + 1}`
    await github.pushFile(config.workspace.repository, config.workspace.version, `${version}\n`, version)
    const folder = join(directory, `v${version}`)
    await makeSample({ directory: folder, version, artifacts: config.artifacts })
    Object.assign(environment, env)
    const app = await folderApp({ folder, stateDirectory: join(directory, "state"), log() {}, progress() {} })
    const [started, callsBefore] = [performance.now(), github.calls.length]
    const { status } = await app.publish({ asked: true })
    if (status !== "complete") throw new Error(`v${version} is ${status}`)
    if (round === 0) return
    seconds.push((performance.now() - started) / 1000)
    calls.push(github.calls.length - callsBefore)
  }

  return { github, release, told: () => ({ releases, seconds: median(seconds), calls: median(calls) }) }
}

/** One release made as ever, and as many copies of it as are wanted: ten thousand would take an hour. */
async function filledGithub(directory: string, repository: string, releases: number): Promise<Github> {
  const first = await startGithub({ directory })
  await first.createRepository(repository, { files: { "README.md": "Releases\n" } })
  const made = await fetch(`${first.url}/repos/${repository}/releases`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ tag_name: "v0.0.1.0", name: "old", body: "Old." }),
  })
  if (!made.ok) throw new Error(`GitHub answers ${made.status}`)
  await first.close()
  const folder = join(directory, repository, "releases")
  await mkdir(folder, { recursive: true })
  const [name = ""] = await readdir(folder)
  const pattern = JSON.parse(await readFile(join(folder, name), "utf8"))
  for (let index = 1; index < releases; index++) {
    const old = { ...pattern, id: pattern.id + index, tag: `v0.0.1.${index}`, slug: `untagged-${index}` }
    await writeFile(join(folder, `${old.id}.json`), JSON.stringify(old))
  }
  await writeFile(join(directory, "ids"), String(pattern.id + releases))
  return startGithub({ directory })
}
