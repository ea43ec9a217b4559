import { describe, expect, it } from "vitest"
import { ago, clipped, duration, followable, listed, moment, sentences, visible } from "../../../shared/report/text.ts"
import { NOW } from "./views.ts"

describe("duration", () => {
  it.each([
    [-5, "0.0 s"],
    [0, "0.0 s"],
    [1234, "1.2 s"],
    [9949, "9.9 s"],
    [9951, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min"],
    [184_000, "3 min 4 s"],
    [3_599_900, "1 h"],
    [7_500_000, "2 h 5 min"],
    [86_390_000, "1 d"],
    [273_600_000, "3 d 4 h"],
  ])("says %i ms as %s", (ms, said) => expect(duration(ms)).toBe(said))
})

describe("ago", () => {
  it.each([
    [-60, "just now"],
    [0, "just now"],
    [12, "12 seconds ago"],
    [60, "1 minute ago"],
    [179, "2 minutes ago"],
    [3600, "1 hour ago"],
    [86_400, "24 hours ago"],
    [5 * 86_400, "5 days ago"],
  ])("says %i seconds as %s", (seconds, said) => {
    expect(ago(new Date(NOW.getTime() - seconds * 1000).toISOString(), NOW)).toBe(said)
  })

  it("does not guess", () => expect(ago("soon", NOW)).toBe("at an unknown time"))
})

describe("moment", () => {
  it("says the day and the minute in UTC", () => expect(moment(NOW)).toBe("22 Nov 2026, 10:02 UTC"))
  it("leaves what is no date", () => expect(moment("soon")).toBe("soon"))
})

describe("visible", () => {
  it.each([
    ["two\nlines\r\n\tand tabs", "two lines and tabs"],
    ["\u001b[31mred\u0007", "\ufffd[31mred\ufffd"],
    ["\u202egnp.exe\u2066\u200b", "\ufffdgnp.exe\ufffd\ufffd"],
    ["lone \ud800 half", "lone \ufffd half"],
    ["\ufffe\uffff", "\ufffd\ufffd"],
    ["Größe, размер, 大小 😀", "Größe, размер, 大小 😀"],
  ])("shows %j as %j", (text, shown) => expect(visible(text)).toBe(shown))
})

describe("followable", () => {
  it.each([
    ["https://github.com/acme/app", "https://github.com/acme/app"],
    ["http://127.0.0.1:7071/x", "http://127.0.0.1:7071/x"],
    ["http://localhost:7071/", "http://localhost:7071/"],
    ["http://[::1]:8/", "http://[::1]:8/"],
    ["http://github.com/acme/app", undefined],
    ["http://127.0.0.1.evil.test/", undefined],
    ["https://user:pass@github.com/", undefined],
    ["javascript:alert(1)", undefined],
    ["java\nscript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["//github.com", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("takes %j as %j", (text, url) => expect(followable(text)).toBe(url))
})

describe("small words", () => {
  it("lists", () =>
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]))
  it("ends sentences once", () => expect(sentences("One", "Two!", undefined, "", "Three…")).toBe("One. Two! Three…"))
  it("cuts between characters", () => expect(clipped("😀😀😀", 2)).toBe("😀…"))
})
