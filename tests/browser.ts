import { existsSync } from "node:fs"
import type { Browser } from "playwright-core"

/** The browser of this machine: what CHROMIUM names, else where Debian puts it. */
// biome-ignore lint/style/noProcessEnv: a test is no part of the product, and a page needs nothing else of it.
const PROGRAM = process.env.CHROMIUM || "/usr/bin/chromium"

/** Why tests that need a browser are skipped, if they are. */
export const noBrowser: string | undefined = existsSync(PROGRAM)
  ? undefined
  : `there is no ${PROGRAM}: install Chromium, or name it in CHROMIUM`

if (noBrowser !== undefined) console.warn(`Tests in a real browser are skipped: ${noBrowser}`)

/** It asks nobody for anything by itself, and nothing of it stays. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** Starts headless Chromium; close it. */
export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core")
  return chromium.launch({ executablePath: PROGRAM, args: QUIET })
}
