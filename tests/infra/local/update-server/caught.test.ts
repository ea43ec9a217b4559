import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { webClient } from "../../../../shared/adapters/web/web.ts"
import { appcast } from "../../../../shared/checks/appcast.ts"
import type { Finding } from "../../../../shared/checks/check.ts"
import { health } from "../../../../shared/checks/health.ts"
import { readOffer } from "../../../../shared/checks/offer.ts"
import { runChecks } from "../../../../shared/checks/run.ts"
import type { Sight } from "../../../../shared/checks/sight.ts"
import { updates } from "../../../../shared/checks/updates.ts"
import { manifestText, startVm, type Vm } from "./start.ts"

const UNHEALTHY = "ENDPOINT_UNHEALTHY"
const OUTDATED = "ENDPOINT_OUTDATED"
const INVALID = "APPCAST_INVALID"
const DIFFERS = "APPCAST_DIFFERS"

/** Which check says what of a lie. */
type Row = [lie: string, health: string | undefined, updates: string | undefined, appcast: string | undefined]

const ROWS: Row[] = [
  ["manifest-absent", undefined, undefined, INVALID],
  ["manifest-truncated", undefined, undefined, INVALID],
  ["manifest-empty", undefined, undefined, INVALID],
  ["manifest-bom", undefined, undefined, INVALID],
  ["beta-as-stable", OUTDATED, OUTDATED, DIFFERS],
  ["http-url", undefined, undefined, INVALID],
  ["feed-url", undefined, undefined, INVALID],
  ["artifact-null", undefined, undefined, INVALID],
  ["build-1001", OUTDATED, OUTDATED, DIFFERS],
  ["ampersand-url", undefined, undefined, INVALID],
  ["old-url", undefined, undefined, DIFFERS],
  ["wrong-length", undefined, undefined, DIFFERS],
  ["not-restarted", OUTDATED, OUTDATED, DIFFERS],
  ["health-not-restarted", OUTDATED, undefined, undefined],
  ["staging-shows-stable", undefined, undefined, DIFFERS],
  ["manifest-reverted", OUTDATED, OUTDATED, DIFFERS],
  ["unhealthy-500", UNHEALTHY, UNHEALTHY, undefined],
  ["updates-degraded", undefined, UNHEALTHY, undefined],
  ["appcast-404", undefined, undefined, INVALID],
  ["appcast-cut", undefined, undefined, INVALID],
  ["appcast-empty", undefined, undefined, INVALID],
  ["entity-bomb", undefined, undefined, INVALID],
  ["bad-gateway", UNHEALTHY, UNHEALTHY, UNHEALTHY],
  ["maintenance-page", UNHEALTHY, UNHEALTHY, INVALID],
  ["redirect-loop", "REDIRECT_REFUSED", "REDIRECT_REFUSED", "REDIRECT_REFUSED"],
  ["reset", "ENDPOINT_UNREACHABLE", "ENDPOINT_UNREACHABLE", "ENDPOINT_UNREACHABLE"],
  ["hang", "CHECK_TIMEOUT", "CHECK_TIMEOUT", "CHECK_TIMEOUT"],
  ["trickle", "CHECK_TIMEOUT", "CHECK_TIMEOUT", "CHECK_TIMEOUT"],
  ["huge", "ANSWER_TOO_LARGE", "ANSWER_TOO_LARGE", "ANSWER_TOO_LARGE"],
]

/** They lead out of this machine, where tests do not go. */
const OUTWARD = ["redirect-to-http", "redirect-to-private"]

describe("a lie of the update server", () => {
  let vm: Vm
  let sight: Sight
  beforeAll(async () => {
    vm = await startVm()
    const offer = readOffer(manifestText())
    const world = { web: webClient(), endpoints: vm.server.endpoints, now: () => new Date() }
    sight = { world, offered: async () => (offer ? { offer } : { nothing: true }) } as unknown as Sight
  })
  afterAll(() => vm[Symbol.asyncDispose]())

  async function found(timeoutMs = 10_000): Promise<Finding[][]> {
    const checks = [health, updates, appcast].map((check) => ({ ...check, tries: 1, timeoutMs }))
    return (await runChecks(checks, sight)).map(({ findings }) => findings)
  }

  const codes = (findings: Finding[][]) => findings.map(([first]) => first?.code)

  it("is in this table", () => {
    expect(vm.server.lies.toSorted()).toEqual([...ROWS.map(([lie]) => lie), ...OUTWARD].toSorted())
  })

  it.each(ROWS)("is caught: %s", async (lie, ...expected) => {
    vm.server.lie(lie)
    const findings = await found(expected.includes("CHECK_TIMEOUT") ? 500 : undefined)
    expect(codes(findings)).toEqual(expected)
    for (const { code, remedy } of findings.flat()) if (code) expect(remedy).toMatch(/\w/)
    vm.server.tellTruth()
  })

  it("is over when the truth is told", async () => {
    vm.server.lie("not-restarted")
    vm.server.tellTruth()
    expect((await found()).flat()).toMatchObject([{ outcome: "pass" }, { outcome: "pass" }, { outcome: "pass" }])
  })
})
