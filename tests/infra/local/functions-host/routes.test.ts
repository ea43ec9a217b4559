import { describe, expect, it } from "vitest"
import { byPrecedence, routeMatcher } from "../../../../infra/local/functions-host/routes.ts"

describe("route templates", () => {
  it.each([
    ["api/health", "/api/health", {}],
    ["api/health", "/API/Health/", {}],
    ["api/health", "/api/healthy", undefined],
    ["api/releases/{tag}", "/api/releases/v1.6.1.44", { tag: "v1.6.1.44" }],
    ["api/releases/{tag}", "/api/releases/a%2Fb%20c", { tag: "a/b c" }],
    ["api/releases/{tag}", "/api/releases/100%", { tag: "100%" }],
    ["api/releases/{tag}", "/api/releases/a/b", undefined],
    ["api/releases/{tag}", "/api/releases", undefined],
    ["api/releases/{tag?}", "/api/releases", {}],
    ["api/releases/{tag?}", "/api/releases/v1", { tag: "v1" }],
    ["api/items/{id:int}", "/api/items/seven", { id: "seven" }],
    ["api/reports/{id}.{ext}", "/api/reports/v1.2.json", { id: "v1.2", ext: "json" }],
    ["api/badge.svg", "/api/badgexsvg", undefined],
    ["api/{*rest}", "/api/a/b", { rest: "a/b" }],
  ])("reads %s from %s as %o", (template, path, values) => {
    expect(routeMatcher(template)(path)).toEqual(values)
  })

  it("prefers the more particular one", () => {
    const templates = ["api/{*rest}", "api/{id}", "api/health", "api/{id}.json"]
    expect(templates.toSorted(byPrecedence)).toEqual(["api/health", "api/{id}.json", "api/{id}", "api/{*rest}"])
  })
})
