import { execFile, execFileSync } from "node:child_process"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

/** Whether GitHub's own command line is installed. */
export const ghInstalled = isInstalled("gh")

/** The environment in which `gh` takes a look-alike for the host `github.localhost`: by a proxy, because it knows the API by name only. */
export function ghSettings(url: string, { token, configuration }: { token: string; configuration: string }) {
  return {
    HTTP_PROXY: url,
    NO_PROXY: "",
    GH_HOST: "github.localhost",
    GH_TOKEN: token,
    GH_CONFIG_DIR: configuration,
    GH_NO_UPDATE_NOTIFIER: "1",
  }
}

/** Runs the real `gh` in a folder against a look-alike; answers what it prints. */
export function ghAt(
  url: string,
  { token, repository, folder }: { token: string; repository: string; folder: string },
) {
  const configuration = join(folder, ".gh")
  const settings = ghSettings(url, { token, configuration })
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return async (...args: string[]): Promise<string> => {
    await mkdir(configuration, { recursive: true })
    const command = [...assignments, "gh", ...args, "-R", `github.localhost/${repository}`]
    return (await promisify(execFile)("env", command, { cwd: folder })).stdout
  }
}

/** Whether a program is there and tells its version. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
