import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import axe from "axe-core"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { CHECK_IDS } from "../../../shared/checks/check.ts"
import { page, pageHeaders } from "../../../shared/report/page.ts"
import type { View } from "../../../shared/report/view.ts"
import { noBrowser, openBrowser } from "../../browser.ts"
import { hostileView, PARTS } from "./hostile.ts"
import { checkStanding, heaviest, history, NOW, released, report, result, view } from "./views.ts"

const remedy = "Run `slipway status` and add what the batch waits for."
const failing = view(
  {
    appcast: checkStanding(
      result(
        "appcast",
        { outcome: "fail", code: "APPCAST_INVALID", message: "it is no XML", remedy: "Look at the VM." },
        { tries: 2 },
      ),
      { days: history((age) => (age % 9 === 0 ? { fail: age } : age % 7 === 0 ? { warn: 3 } : {})) },
    ),
    inbox: result("inbox", { outcome: "warn", code: "INBOX_STUCK", message: "v1.6.1.45 waits", remedy }),
    "key-vault": result("key-vault", { outcome: "skip", message: "no vault is configured" }),
    "vm-secret": undefined,
  },
  {
    alert: { since: "2026-11-22T09:40:00.000Z" },
    releases: [
      released("v1.6.1.45", { phase: "waiting", waitingFor: ["App.pkg"], timeline: [] }),
      ...Array.from({ length: 6 }, (_, index) => released(`v1.6.1.${44 - index}`)),
    ],
    strays: [{ path: "App (1).dmg", problem: { code: "INBOX_STRAY", message: "no artifact", remedy: "Rename it." } }],
  },
)

const VIEWS: { [name: string]: View } = {
  good: view(),
  failing,
  stale: view({}, { now: new Date(NOW.getTime() + 7_200_000) }),
  empty: { product: "App", now: NOW, releases: [], strays: [] },
  report: view({}, { report: report(CHECK_IDS.slice(3).map((id) => result(id))) }),
  heaviest: heaviest(),
  hostile: hostileView(),
}
/** Run in the page: what text alone could never have made. */
const STRANGERS = `(() => {
  const all = [...document.querySelectorAll("*")]
  return {
    foreign: all.filter((one) => one.matches("script,img,iframe,object,embed,form,base,b[id]")).length,
    handlers: all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on")),
    styled: all.filter((one) => one.hasAttribute("style")).length,
    links: [...document.links].map(({ protocol }) => protocol),
  }
})()`

const NAMES = Object.keys(VIEWS)

describe("the page", () => {
  it("weighs less than 150 kB at its worst", () => {
    expect(Buffer.byteLength(page(heaviest()))).toBeLessThan(150_000)
  })

  it("says first how things are, and then what to do", () => {
    const text = page(failing)
    const order = [
      "App 1.6.1.44 is live, but appcast fails",
      "What to do:",
      "Done means",
      "Checks",
      "Releases",
      "Waiting in the inbox",
    ]
    const places = order.map((words) => text.indexOf(words, text.indexOf("<h1")))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it("allows nothing but its own style", () => {
    const policy = pageHeaders()["content-security-policy"]
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; /)
    expect(policy).toMatch(/base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/)
    expect(pageHeaders()).toMatchObject({
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    })
  })
})

// A reason in the title is what tells the reader of a log why they were skipped.
describe.skipIf(noBrowser)(`the page in a browser${noBrowser ? `, skipped: ${noBrowser}` : ""}`, () => {
  let browser: Browser
  let url: string
  const server = createServer((request, response) => {
    const shown = VIEWS[request.url?.slice(1) ?? ""]
    response.writeHead(shown ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...pageHeaders() })
    response.end(shown && page(shown))
  })

  beforeAll(async () => {
    browser = await openBrowser()
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await browser?.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  async function open<T>(
    name: string,
    options: BrowserContextOptions,
    look: (page: Page, said: string[]) => Promise<T>,
  ) {
    const context = await browser.newContext(options)
    try {
      const tab = await context.newPage()
      const said: string[] = []
      tab.on("console", (message) => said.push(message.text()))
      tab.on("pageerror", (error) => said.push(String(error)))
      tab.on("dialog", (dialog) => said.push(dialog.message()))
      tab.on("request", (request) => {
        if (!request.url().startsWith("data:") && request.url() !== `${url}/${name}`) said.push(request.url())
      })
      await tab.goto(`${url}/${name}`)
      return await look(tab, said)
    } finally {
      await context.close()
    }
  }

  /** What axe finds, in short. */
  async function violations(tab: Page): Promise<string[]> {
    await tab.evaluate(axe.source)
    const { violations } = await tab.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)
  }

  it.each(NAMES)("shows %s with nothing against its policy, and asks for nothing else", async (name) => {
    const found = await open(name, {}, async (tab, said) => {
      const styled = await tab.evaluate("getComputedStyle(document.body).maxWidth")
      return { said, styled }
    })
    expect(found).toEqual({ said: [], styled: "1280px" })
  })

  it.each(NAMES)("is accessible, in light and dark, wide and narrow: %s", async (name) => {
    const look = async (tab: Page) => {
      const light = await violations(tab)
      await tab.emulateMedia({ colorScheme: "dark" })
      await tab.setViewportSize({ width: 400, height: 800 })
      return [...light, ...(await violations(tab))]
    }
    expect(await open(name, { bypassCSP: true, colorScheme: "light" }, look)).toEqual([])
  })

  it.each(NAMES)("never scrolls sideways, however narrow: %s", async (name) => {
    const widths = [320, 400, 767, 800, 1050, 1100, 1280]
    const look = async (tab: Page) => {
      const found = []
      for (const width of widths) {
        await tab.setViewportSize({ width, height: 800 })
        found.push(await tab.evaluate("document.documentElement.scrollWidth"))
      }
      return found
    }
    expect(await open(name, {}, look)).toEqual(widths)
  })

  it("paints dark paper in the dark", async () => {
    const look = (tab: Page) => tab.evaluate("getComputedStyle(document.body).backgroundColor")
    const [light, dark] = [
      await open("good", { colorScheme: "light" }, look),
      await open("good", { colorScheme: "dark" }, look),
    ]
    expect([light, dark]).toEqual(["rgb(251, 250, 247)", "rgb(19, 22, 26)"])
  })

  it.each(["good", "failing"])("says the same without JavaScript: %s", async (name) => {
    // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees is what counts.
    const text = (tab: Page) => tab.locator("body").innerText()
    const without = await open(name, { javaScriptEnabled: false }, text)
    expect(without).toBe(await open(name, {}, text))
    expect(without).toContain("Last 90 days")
  })

  it("is a table of all checks for those who only hear it, on narrow screens too", async () => {
    const look = (tab: Page) => tab.getByRole("table", { name: "Checks" }).ariaSnapshot()
    const wide = await open("failing", {}, look)
    expect(wide).toContain('rowheader "The appcast offers what the manifest says appcast"')
    expect(wide).toContain('img "90 days looked at, failures on')
    const outcomes = (told: string) => told.match(/cell "(?:Passes|Warns|Fails|Skipped)"/g)
    const narrow = await open("failing", { viewport: { width: 400, height: 800 } }, look)
    expect(outcomes(wide)).toHaveLength(13)
    expect(outcomes(narrow)).toEqual(outcomes(wide))
  })

  it("shows hostile text as text: no element, attribute or address comes of it", async () => {
    const found = await open("hostile", {}, async (tab) => ({
      text: (await tab.locator("body").textContent()) ?? "",
      ...(await tab.evaluate<object>(STRANGERS)),
    }))
    expect(found).toMatchObject({ foreign: 0, handlers: [], styled: 0, links: [] })
    for (const part of PARTS.shown) expect(found.text).toContain(part)
  })

  it("links releases, and tells their site nothing of where the reader comes from", async () => {
    const look = (tab: Page) => tab.evaluate("Array.from(document.links, ({ href, rel }) => [href, rel].join(' '))")
    expect(await open("good", {}, look)).toEqual([
      "https://github.com/acme/app_releases/releases/tag/v1.6.1.44 noreferrer",
    ])
  })
})
