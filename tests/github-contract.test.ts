import { describe, expect, it } from "vitest"
import type { Exchange } from "../infra/local/github/index.ts"
import { documentFaults, githubContract } from "./github-contract.ts"

const rate = { limit: 5000, remaining: 4999, reset: 1_700_000_000, used: 1 }
const good: Exchange = {
  method: "GET",
  path: "/rate_limit",
  query: "",
  operation: "rate-limit/get",
  write: false,
  status: 200,
  responseBody: { resources: { core: rate, search: rate }, rate },
}
const creation: Partial<Exchange> = {
  method: "POST",
  path: "/repos/acme/app/releases",
  operation: "repos/create-release",
  write: true,
  status: 404,
  responseBody: { message: "Not Found", documentation_url: "https://docs.github.com/rest" },
}

describe("github contract", () => {
  const faultsOf = (change: Partial<Exchange>) => {
    const contract = githubContract()
    contract.observe({ ...good, ...change })
    return contract.faults
  }

  it("has nothing against what GitHub describes", () => {
    expect(faultsOf({})).toEqual([])
    expect(faultsOf({ ...creation, requestBody: { tag_name: "v1" } })).toEqual([])
    expect(
      faultsOf({ operation: "graphql/viewer", path: "/graphql", requestBody: { query: "{ viewer { login } }" } }),
    ).toEqual([])
  })

  it.each<[string, Partial<Exchange>, RegExp]>([
    ["an operation GitHub does not have", { operation: "unknown" }, /no such operation/],
    ["a path that is another operation's", { path: "/rate_limits" }, /is not GET \/rate_limit/],
    ["a method that is another operation's", { method: "POST" }, /is not GET/],
    ["a parameter that is not described", { query: "page=2" }, /unknown page/],
    [
      "a parameter of the wrong type",
      { ...creation, operation: "repos/list-releases", method: "GET", query: "per_page=many" },
      /\?per_page/,
    ],
    [
      "a missing parameter",
      { ...creation, operation: "repos/upload-release-asset", path: "/repos/a/b/releases/1/assets" },
      /lacks name/,
    ],
    ["a missing field", { ...creation, requestBody: { name: "v1" } }, /tag_name/],
    ["a misspelt field", { ...creation, requestBody: { tag_name: "v1", draf: true } }, /unknown draf/],
    ["a field of the wrong type", { ...creation, requestBody: { tag_name: "v1", make_latest: true } }, /make_latest/],
    ["a missing body", { ...creation }, /no body/],
    ["an answer without a required field", { responseBody: { rate } }, /resources/],
    [
      "an answer of the wrong type",
      { responseBody: { resources: { core: rate, search: rate }, rate: { ...rate, used: "1" } } },
      /used must be integer/,
    ],
    ["no answer", { responseBody: undefined }, /no answer/],
    ["a success that is not described", { status: 202 }, /not described/],
    [
      "a GraphQL field the schema lacks",
      { operation: "graphql/viewer", requestBody: { query: "{ viewer { digest } }" } },
      /digest/,
    ],
  ])("finds %s", (_, change, expected) => {
    expect(faultsOf(change).join("\n")).toMatch(expected)
  })

  it("passes over answers a test made up", () => {
    expect(faultsOf({ status: 503, fault: "status", responseBody: "anything" })).toEqual([])
  })

  it("checks a GraphQL document by itself", () => {
    expect(documentFaults('{ repository(owner: "a", name: "b") { id } }')).toEqual([])
    expect(documentFaults('{ repository(owner: "a") { id } }')).toHaveLength(1)
  })
})
