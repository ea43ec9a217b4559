import { execFile, execFileSync } from "node:child_process"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

/** Whether GitHub's own command line is installed. */
export const ghInstalled = installed()

/** Runs the real `gh` in a folder against a look-alike, through a proxy because it knows the API by name only; answers what it prints. */
export function ghAt(
  url: string,
  { token, repository, folder }: { token: string; repository: string; folder: string },
) {
  const configuration = join(folder, ".gh")
  const settings = {
    HTTP_PROXY: url,
    NO_PROXY: "",
    GH_HOST: "github.localhost",
    GH_TOKEN: token,
    GH_CONFIG_DIR: configuration,
    GH_NO_UPDATE_NOTIFIER: "1",
  }
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return async (...args: string[]): Promise<string> => {
    await mkdir(configuration, { recursive: true })
    const command = [...assignments, "gh", ...args, "-R", `github.localhost/${repository}`]
    return (await promisify(execFile)("env", command, { cwd: folder })).stdout
  }
}

function installed(): boolean {
  try {
    execFileSync("gh", ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
