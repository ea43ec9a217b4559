import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type CheckResult, type ReleaseRecord, type Report, shipFolder } from "../../shared/app.ts"
import { localStack, sampleFolder, slipway } from "../stack.ts"

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
  await shipFolder(await sampleFolder(stack.state, "drop"), "v1.0.0.1", stack.settings, () => {})
  await until(async () => (await recordOf("v1.0.0.1"))?.timeline.some(({ event }) => event === "proven"))
})
afterAll(() => stack.close())

/** A call with the function key. */
function call(path: string, headers: { [name: string]: string } = {}): Promise<Response> {
  return fetch(`${stack.url}/api/${path}`, { headers: { "x-functions-key": stack.key, ...headers } })
}

async function recordOf(tag: string): Promise<ReleaseRecord | undefined> {
  const response = await call(`releases/${tag}`)
  return response.ok ? ((await response.json()) as ReleaseRecord) : undefined
}

/** Asks again until the answer is yes; the test's own time limit ends it. */
async function until(look: () => Promise<boolean | undefined>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function verified(query = ""): Promise<{ status: number; report: Report }> {
  const response = await call(`verify${query}`)
  return { status: response.status, report: (await response.json()) as Report }
}

const outcomes = ({ results }: Report) => Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]))

const codes = (results: CheckResult[]) => results.flatMap(({ findings }) => findings.flatMap(({ code }) => code ?? []))

describe("a release", () => {
  it("is proven without anybody asking, and its timeline says so", async () => {
    const record = await recordOf("v1.0.0.1")
    const events = record?.timeline.map(({ event }) => event) ?? []
    const order = ["committed", "on the server", "complete", "proven"]
    expect(events.filter((event) => order.includes(event))).toEqual(order)
  })
})

describe("GET /api/verify", () => {
  it("runs all checks, and all of them pass", async () => {
    const { status, report } = await verified()
    const others = report.results.filter(({ outcome }) => outcome !== "pass")
    // Plain http on this machine has no certificate.
    expect(others.map(({ id, outcome }) => [id, outcome])).toEqual([["certificate", "skip"]])
    expect([status, report.good, report.results.length]).toEqual([200, true, 14])
    expect(report).toMatchObject({
      product: "Nexy",
      reason: "request",
      version: "1.0.0.1",
      live: { version: "1.0.0.1" },
    })
  })

  it("runs those that are named, and reads the whole download when asked to", async () => {
    const { status, report } = await verified("?checks=download,health&deep=true")
    expect([status, outcomes(report)]).toEqual([200, { download: "pass", health: "pass" }])
    expect(JSON.stringify(report.results)).toContain("sha256")
  })

  it.each(["?checks=", "?checks=healt", "?checks=health;updates"])(
    "refuses %s and lists what there is",
    async (query) => {
      const response = await call(`verify${query}`)
      expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/problem+json"])
      expect(await response.json()).toMatchObject({
        code: "REQUEST_INVALID",
        detail: expect.stringContaining("vm-manifest"),
      })
    },
  )
})

describe("a lie of the update server", () => {
  afterAll(() => stack.outside?.updateServer.tellTruth())

  it.each<[string, string, string]>([
    ["manifest-absent", "appcast", "APPCAST_INVALID"],
    ["manifest-truncated", "appcast", "APPCAST_INVALID"],
    ["manifest-empty", "appcast", "APPCAST_INVALID"],
    ["manifest-bom", "appcast", "APPCAST_INVALID"],
    ["beta-as-stable", "appcast", "APPCAST_DIFFERS"],
    ["http-url", "appcast", "APPCAST_INVALID"],
    ["feed-url", "appcast", "APPCAST_INVALID"],
    ["artifact-null", "appcast", "APPCAST_INVALID"],
    ["build-1001", "updates", "ENDPOINT_OUTDATED"],
    ["ampersand-url", "appcast", "APPCAST_INVALID"],
    ["old-url", "appcast", "APPCAST_DIFFERS"],
    ["wrong-length", "appcast", "APPCAST_DIFFERS"],
    ["not-restarted", "appcast", "APPCAST_DIFFERS"],
    ["health-not-restarted", "health", "ENDPOINT_OUTDATED"],
    ["manifest-reverted", "vm-manifest", "VM_MANIFEST_DIFFERS"],
    ["bad-gateway", "health", "ENDPOINT_UNHEALTHY"],
    ["reset", "updates", "ENDPOINT_UNREACHABLE"],
    ["huge", "appcast", "ANSWER_TOO_LARGE"],
    ["redirect-loop", "appcast", "REDIRECT_REFUSED"],
    ["entity-bomb", "appcast", "APPCAST_INVALID"],
  ])(
    "%s is caught by the check %s as %s",
    async (lie, check, code) => {
      await stack.outside?.updateServer.lie(lie)
      const { status, report } = await verified(`?checks=${check}`)
      expect([status, outcomes(report)]).toEqual([503, { [check]: "fail" }])
      expect(codes(report.results)).toContain(code)
      for (const { remedy } of report.results.flatMap(({ findings }) => findings)) expect(remedy).toMatch(/\w{3,}.*\.$/)
    },
    20_000,
  )

  it("makes the terminal exit with 1 and say what to do, and with 0 when the truth is told again", async () => {
    await stack.outside?.updateServer.lie("beta-as-stable")
    const settings = { ...stack.settings }
    const lied = await slipway(["verify", "--checks", "appcast,health", "--state", stack.state], settings)
    expect([lied.code, lied.stdout]).toEqual([
      1,
      expect.stringMatching(/FAIL appcast +APPCAST_DIFFERS: .*\n.*What to do: /),
    ])
    await stack.outside?.updateServer.tellTruth()
    const told = await slipway(["verify", "--state", stack.state, "--json"], settings)
    expect([told.code, (JSON.parse(told.stdout) as Report).good]).toEqual([0, true])
  }, 30_000)

  it("refuses checks that there are not as wrong usage", async () => {
    const ran = await slipway(["verify", "--checks", "healt", "--state", stack.state], stack.settings)
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining("REQUEST_INVALID")])
  })
})

describe("an alert", () => {
  it("is told once when two runs in a row fail, and once when two do not", async () => {
    const { outside, github } = stack
    // Whatever the lies above have left behind is over after two runs that see everything.
    await verified()
    await verified()
    const before = outside?.sink.received.length ?? 0
    const told = () => outside?.sink.received.slice(before) as { event: string }[]
    await outside?.updateServer.lie("bad-gateway")
    await verified("?checks=appcast")
    expect(told()).toEqual([])
    await verified("?checks=appcast")
    await verified("?checks=appcast")
    expect(told().map(({ event }) => event)).toEqual(["opened"])
    expect(github?.issues("Seregawpn/Nexy").at(-1)).toMatchObject({ state: "open" })
    await outside?.updateServer.tellTruth()
    for (let runs = 0; runs < 3; runs++) await verified("?checks=appcast")
    expect(told().map(({ event }) => event)).toEqual(["opened", "closed"])
    expect(github?.issues("Seregawpn/Nexy").at(-1)).toMatchObject({ state: "closed" })
  }, 30_000)
})

describe("the report routes", () => {
  it.each(["verify", "reports/latest", "reports/latest.html", "badge.svg", "metrics"])(
    "refuse /api/%s without a key, and say nothing",
    async (path) => {
      const response = await fetch(`${stack.url}/api/${path}`)
      expect([response.status, await response.text()]).toEqual([401, ""])
    },
  )

  it.each([
    ["reports/latest", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"],
    ["reports/latest", "text/markdown", "text/markdown; charset=utf-8"],
    ["reports/latest", "*/*", "application/json; charset=utf-8"],
    ["reports/latest.html", "application/json", "text/html; charset=utf-8"],
    ["reports/latest.md", "*/*", "text/markdown; charset=utf-8"],
    ["reports/latest.json", "text/html", "application/json; charset=utf-8"],
    ["badge.svg", "*/*", "image/svg+xml"],
    ["metrics", "*/*", "text/plain; version=0.0.4; charset=utf-8"],
  ])("answer %s for %s as %s", async (path, accept, type) => {
    const response = await call(path, { accept })
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type])
    expect(await response.text()).toContain("1.0.0.1")
  })

  it("give back the report of a run by its id, as it was answered", async () => {
    const { report } = await verified("?checks=health,manifest")
    const stored = await call(`reports/${report.id}.json`)
    expect(await stored.json()).toEqual(report)
    const page = await call(`reports/${report.id}`, { accept: "text/html" })
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
  })

  it.each<[string, string, number, string]>([
    ["reports/20200101T000000Z-000001", "*/*", 404, "NOT_FOUND"],
    ["reports/..%2Fstanding.json", "*/*", 404, "NOT_FOUND"],
    ["reports/latest", "image/png", 406, "NOT_ACCEPTABLE"],
  ])("answer %s for %s with a problem", async (path, accept, status, code) => {
    const response = await call(path, { accept })
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"])
    expect(await response.json()).toMatchObject({ code, remedy: expect.stringMatching(/\.$/) })
  })

  it("show no secret anywhere", async () => {
    const forms = ["reports/latest.html", "reports/latest.json", "reports/latest.md", "badge.svg", "metrics", "verify"]
    const texts = await Promise.all(forms.map(async (path) => (await call(path)).text()))
    const spoken = [...texts, ...stack.log, JSON.stringify(stack.outside?.sink.received)].join("\n")
    for (const secret of ["local-token", "local-secret", stack.key, stack.outside?.sink.url ?? "?"]) {
      expect(spoken).not.toContain(secret)
    }
  })
})
