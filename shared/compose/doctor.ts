import { requireSettings } from "../config/config.ts"
import { deadline } from "../deadline.ts"
import {
  asSeen,
  examine,
  type Finding,
  judgeAccess,
  judgeInbox,
  judgePoints,
  judgeWorkspace,
  type Look,
} from "../doctor.ts"
import { Problem } from "../problem.ts"
import { configurationOf, type Environment, layoutOf, policyOf } from "./configuration.ts"
import { githubWorld, permissionsOf } from "./github.ts"
import { inboxOf } from "./storage.ts"

/** A run-command takes 20 s and more. */
const VM_MS = 90_000

/** Looks at everything a release needs. `answers` is the look at the app itself, where it is not the app that asks. */
export async function examineAll(env: Environment, answers?: Look): Promise<Finding[]> {
  const policy = memoized(() => configurationOf(env, { storage: false, github: false }))
  const read = memoized(() => configurationOf(env, { storage: false, github: true }))
  const github = memoized(async () => {
    const { config, settings } = await read()
    return permissionsOf(config, settings)
  })
  const access = async (which: "assets" | "workspace") => {
    const { repository } = (await read()).config[which]
    return (await github()).repositories.find((each) => each.repository === repository)
  }
  const workspace = memoized(async () => {
    const { config, settings } = await read()
    return { config, workspace: (await githubWorld(config, settings)).workspace }
  })
  return examine({
    configuration: async () => `${(await policy()).config.product}, sound`,
    credentials: async () => `GitHub knows them as ${(await github()).login}`,
    assets: () => judgeAccess(access("assets")),
    workspace: () => judgeAccess(access("workspace")),
    async version() {
      const { config, workspace: repository } = await workspace()
      return judgeWorkspace(repository, policyOf(config, { keepInbox: true }))
    },
    async versions() {
      const { survey } = await import("../version/set-version.ts")
      const { config, workspace: repository } = await workspace()
      return judgePoints(await survey(repository, layoutOf(config)))
    },
    async inbox() {
      const { config } = await policy()
      const settings = requireSettings(env, { storage: true, github: false })
      return judgeInbox(await inboxOf(settings), policyOf(config, { keepInbox: false }))
    },
    ...looksAtVm(policy, workspace),
    ...(answers && { app: answers }),
  })
}

type Read = () => ReturnType<typeof configurationOf>
type Open = () => Promise<{ workspace: Parameters<typeof judgeWorkspace>[0] }>

/** The secret and the manifest on the VM, seen in one run-command; another that runs there at the moment is told of. */
function looksAtVm(policy: Read, workspace: Open): { [name: string]: Look } {
  const seen = memoized(async () => {
    const { config, settings } = await policy()
    const { vmNow } = await import("./vm.ts")
    const vm = await vmNow(config, settings)
    if (!vm) return undefined
    const { lookAtVm } = await import("../vm/look-at-vm.ts")
    const late = new Problem("CHECK_TIMEOUT", `${vm.machine.name} gives no answer within ${VM_MS / 1000} s`)
    return { vm, look: await lookAtVm(vm.machine, vm, deadline(VM_MS, late)) }
  })
  return {
    async "vm-secret"() {
      const found = await seen()
      if (!found) return "no VM is configured"
      const { judgeSecret } = await import("../checks/vm-secret.ts")
      const { machine, envFile: file, secret: key } = found.vm
      return asSeen(judgeSecret({ vm: machine.name, file, key }, found.look.secret))
    },
    async "vm-manifest"() {
      const found = await seen()
      if (!found) return "no VM is configured"
      const { judgeVmManifest } = await import("../checks/vm-manifest.ts")
      const { manifest: path } = (await policy()).config.workspace
      const { files } = await (await workspace()).workspace.read([path])
      const place = { vm: found.vm.machine.name, file: found.vm.manifest }
      return asSeen(judgeVmManifest(place, found.look.manifest, { text: files.get(path) }), true)
    },
  }
}

function memoized<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= work()
    return made
  }
}
