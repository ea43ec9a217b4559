import { requireSettings } from "../config/config.ts"
import { examine, type Finding, judgeAccess, judgeInbox, judgeWorkspace, type Look } from "../doctor.ts"
import { configurationOf, type Environment, policyOf } from "./configuration.ts"
import { githubWorld, permissionsOf } from "./github.ts"
import { inboxOf } from "./storage.ts"

/** Looks at everything a release needs. `answers` is the look at the app itself. */
export async function examineAll(env: Environment, answers: Look): Promise<Finding[]> {
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
  return examine({
    configuration: async () => `${(await policy()).config.product}, sound`,
    credentials: async () => `GitHub knows them as ${(await github()).login}`,
    assets: () => judgeAccess(access("assets")),
    workspace: () => judgeAccess(access("workspace")),
    async version() {
      const { config, settings } = await read()
      return judgeWorkspace((await githubWorld(config, settings)).workspace, policyOf(config, { keepInbox: true }))
    },
    async inbox() {
      const { config } = await policy()
      const settings = requireSettings(env, { storage: true, github: false })
      return judgeInbox(await inboxOf(settings), policyOf(config, { keepInbox: false }))
    },
    app: answers,
  })
}

function memoized<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= work()
    return made
  }
}
