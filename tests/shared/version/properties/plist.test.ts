import { inspect } from "node:util"
import { parse } from "plist"
import { beforeAll, vi } from "vitest"
import type { Dice } from "./dice.ts"
import { holds, putUnder } from "./holds.ts"
import { hole, lined, type Made, type Parts, WORDS } from "./made.ts"

const KEYS = ["CFBundleVersion", "CFBundleShortVersionString", "версия"]

const DOCTYPE = `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`

const escaped = (text: string) => text.replaceAll("&", "&amp;")

/** Lines under a key of their own, in which the keys that we look for may stand as well. */
function other(dice: Dice, index: number): Parts[] {
  const word = escaped(dice.pick(WORDS))
  const lines = dice.pick<string[]>([
    [`<!-- <key>CFBundleVersion</key><string>8.8.8.8</string> ${word} -->`],
    ["<!-- 1.6.1.43", "  <key>версия</key> <string> -->"],
    [""],
    [`<key>K${index}</key><string>${word} &#49;&lt;&gt;</string>`],
    [`\t<key>K${index}</key>`, "\t<string>CFBundleVersion</string>"],
    [`<key>K${index} $&amp; ${word}</key>`, "<true/>"],
    [`<key>K${index}</key><dict><key>CFBundleVersion</key>`, `<string>7.7.7.7</string></dict>`],
    [`<key>K${index}</key>`, "<array>", `<string>${word}</string><dict><key>версия</key><string/></dict>`, "</array>"],
    [`<key>K${index}</key><integer>7</integer>`, "<!-- 🍏 -->"],
    [`<key>K${index}</key><string><![CDATA[<key>CFBundleVersion</key>${word}]]></string>`],
    [`<key>K${index}</key>`, "<date>2026-11-26T00:00:00Z</date>", `<key>D${index}</key><data>AAEC</data>`],
    [`<key>K${index}</key >`, "<dict ></dict >", `<key >L${index}</key><dict/><key>M${index}</key><string />`],
  ])
  return lines.map((line) => [line])
}

function target(dice: Dice, key: string): Parts[] {
  const string: Parts = ["<string>", hole(dice), "</string>"]
  return dice.pick<Parts[]>([
    [[`<key>${key}</key>`, ...string]],
    [[`\t<key>${key}</key>`], ["\t", ...string]],
    [[`<key >${key}</key >  <!-- was 7.7.7.7`], ["🍏 -->", ...string, "<!--", dice.pick(["a", "🍏"]), "-->"]],
    [[`<key>${key}</key><!-- <string>7.7.7.7</string> --><string >`, ...string.slice(1, 2), "</string", "\t", ">"]],
  ])
}

function plistFile(dice: Dice): Made {
  const paths = dice.shuffle(KEYS).slice(0, 1 + dice.below(3))
  const blocks = [...paths.map((key) => target(dice, key)), ...dice.some(5, (n) => other(dice, n))]
  const lines: Parts[] = [
    [`<?xml version="1.0" encoding="UTF-8"?>`],
    ...dice.pick([[], [[DOCTYPE]], [["<!-- 1.6.1.43 -->"]]]),
    [`<plist version="1.0">`],
    ["<dict>"],
    ...dice.shuffle(blocks).flat(),
    ["</dict>"],
    ["</plist>"],
  ]
  return { parts: lined(dice, lines), paths }
}

// The reader says every fault of a damaged file aloud as well.
beforeAll(() => {
  vi.spyOn(console, "error").mockReturnValue()
  vi.spyOn(console, "warn").mockReturnValue()
})

// As text: of two dates that are none, neither equals the other.
holds("plist", plistFile, { read: (text) => parse(text), put: putUnder, plain: inspect })
