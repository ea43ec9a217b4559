import { equal } from "node:assert/strict"
import * as xmldom from "@xmldom/xmldom"
import type { Dice } from "./dice.ts"
import { holds } from "./holds.ts"
import { hole, lined, type Made, type Parts, WORDS } from "./made.ts"

const escaped = (text: string) => text.replaceAll("&", "&amp;")

function other(dice: Dice, index: number): Parts[] {
  const word = escaped(dice.pick(WORDS))
  const lines = dice.pick<string[]>([
    [`<!-- <pkg-ref id="a" version="8.8.8.8"/> ${word} -->`],
    [`<!-- <title>1.6.1.43`, "</title> -->"],
    [""],
    [`${word} &lt;title&gt;1.6.1.43`],
    [`<pkg-ref id="z${index}" version="1.6.1.43">${word}</pkg-ref>`],
    ["<pkg-ref id='a'/>", "<pkg-ref id='b' versions='7.7.7.7' version.old='7.7.7.7' Version=''/>"],
    [`<note version='7.7.7.7' id="a" text=">${word}/>"></note >`],
    [`<note><![CDATA[<pkg-ref id="a" version="9.9.9.9"/><title>${dice.pick(WORDS)}</title>]]></note>`],
    ["<?title <title>1.6.1.43</title>?>"],
    ["<titles>1.6.1.43</titles><Title>7.7.7.7</Title><ns:title xmlns:ns='urn:x'>8.8.8.8</ns:title>"],
    ["<choice", `  текст = '${word}'`, ' id="c" /><заголовок>8.8.8.8</заголовок>'],
  ])
  return lines.map((line) => [line])
}

function attribute(dice: Dice, name: string): Parts {
  const quote = dice.pick(['"', "'"])
  return [dice.pick([" ", "  ", "\t", "\n   "]), name, dice.pick(["=", " = "]), quote, hole(dice), quote]
}

/** Elements that say the version, by the path that means it. */
const TARGETS: readonly [path: string, make: (dice: Dice) => Parts][] = [
  ["pkg-ref[id=a]@version", (dice) => ["<pkg-ref", ...attribute(dice, "version"), ` id="a" x='>'/>`]],
  ["pkg-ref[id=b]@version", (dice) => ["<pkg-ref id = 'b'", ...attribute(dice, "version"), " >b.pkg</pkg-ref>"]],
  ["product@версия", (dice) => ["<product", ...attribute(dice, "версия"), dice.pick(["/>", "></product>"])]],
  ["title", (dice) => ["<title >", hole(dice), "</title\n>"]],
  ["choice[title=🍏 1.6]", (dice) => ["<choice title='🍏 1.6'>", hole(dice), "</choice>"]],
]

function xmlFile(dice: Dice): Made {
  const targets = dice.shuffle(TARGETS).slice(0, 1 + dice.below(3))
  const blocks = [...targets.map(([, make]) => [make(dice)]), ...dice.some(5, (n) => other(dice, n))]
  const lines: Parts[] = [
    ...dice.pick([[], [[`<?xml version="1.0" encoding='utf-8'?>`]], [["<!DOCTYPE installer>"], ["<!-- 7.7.7.7 -->"]]]),
    ["<installer-gui-script minSpecVersion='2'>"],
    ...dice.shuffle(blocks).flat(),
    ["</installer-gui-script>"],
  ]
  return { parts: lined(dice, lines), paths: targets.map(([path]) => path) }
}

function read(text: string): xmldom.Document {
  const onError = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`)
  }
  return new xmldom.DOMParser({ onError }).parseFromString(text, "text/xml")
}

function put(document: xmldom.Document, path: string, version: string): void {
  const [, name = "", key, value, attribute] = /^([^[@]+)(?:\[(.*)=(.*)\])?(?:@(.*))?$/.exec(path) ?? []
  const fitting = [...document.getElementsByTagName(name)].filter((element: xmldom.Element) => {
    if (key !== undefined && element.getAttribute(key) !== value) return false
    return attribute === undefined
      ? [...element.childNodes].every(({ nodeType }) => nodeType === 3)
      : element.hasAttribute(attribute)
  })
  equal(fitting.length, 1, path)
  if (attribute !== undefined) fitting[0]?.setAttribute(attribute, version)
  else if (fitting[0]) fitting[0].textContent = version
}

holds("xml", xmlFile, { read, put, plain: (document) => new xmldom.XMLSerializer().serializeToString(document) })
