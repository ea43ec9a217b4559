import { describe, expect, it } from "vitest"
import {
  compareVersions,
  isComparable,
  isTag,
  isVersion,
  tagOf,
  versionIn,
  versionOf,
} from "../../../shared/version/version.ts"

describe("a version", () => {
  it.each(["0.0.0.0", "1.6.1.44", "10.20.30.40", "1.6.1.99999999999999999999"])("may be %s", (version) => {
    expect(isVersion(version)).toBe(true)
    expect(isTag(tagOf(version))).toBe(true)
    expect(versionOf(tagOf(version))).toBe(version)
  })

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "1.2.3.04",
    "1.2.3.4\n",
    " 1.2.3.4",
    "1.2.3.x",
    "1..3.4",
    "１.2.3.4",
    "+1.2.3.4",
    "1e1.2.3.4",
    `1.2.3.${"4".repeat(80)}`,
  ])("is never %j", (text) => {
    expect(isVersion(text)).toBe(false)
    expect(isTag(`v${text}`)).toBe(false)
  })

  it.each(["V1.2.3.4", "1.2.3.4", "vv1.2.3.4"])("has no tag %j", (text) => expect(isTag(text)).toBe(false))
})

describe("a VERSION file", () => {
  it.each<[string, string | undefined]>([
    ["1.6.1.44\n", "1.6.1.44"],
    ["1.6.1.44", "1.6.1.44"],
    ["1.6.1.44\r\n", undefined],
    ["1.6.1.44\n\n", undefined],
    ["\ufeff1.6.1.44\n", undefined],
    ["v1.6.1.44\n", undefined],
    ["main\n", undefined],
    ["", undefined],
  ])("with %j says %j", (text, version) => expect(versionIn(text)).toBe(version))
})

describe("the order of versions", () => {
  it.each<[string, string, number]>([
    ["1.6.1.44", "1.6.1.44", 0],
    ["1.6.1.9", "1.6.1.10", -1],
    ["2.0.0.0", "1.99.99.99", 1],
    ["1.6", "1.6.0.0", 0],
    ["1.6", "1.6.0.1", -1],
    ["1.0.0.9007199254740993", "1.0.0.9007199254740992", 1],
  ])("of %s and %s is %i", (a, b, order) => {
    expect(Math.sign(compareVersions(a, b))).toBe(order)
    expect(Math.sign(compareVersions(b, a))).toBe(0 - order)
  })

  it.each([
    ["1.6", true],
    ["1.6.1.44-beta", false],
    ["", false],
    ["latest", false],
  ])("exists for %j: %s", (text, comparable) => expect(isComparable(text)).toBe(comparable))
})
