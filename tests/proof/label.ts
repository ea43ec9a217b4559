import type { Label } from "./wire.ts"

/** A storage call by container, blob and operation; each case has containers of its own, `<case>-inbox` and so on. */
const storage: Label = ({ method, path, headers }) => {
  const { pathname, searchParams } = new URL(path, "http://storage")
  const blob = decodeURIComponent(pathname).replace(/^\/[^/]+\/[^/]+-(inbox|archive|state)/, "$1")
  const part = (headers.range ?? headers["x-ms-range"]) ? "part of " : ""
  const action = headers["x-ms-lease-action"] ?? (headers["x-ms-copy-source"] ? "copy to" : searchParams.get("comp"))
  return [method, ...(action ? [action] : []), `${part}${blob}`].join(" ")
}

const github: Label = ({ method, path, reads }) => {
  const { pathname, searchParams } = new URL(path, "http://github")
  if (pathname.endsWith("/graphql")) return reads ? "graphql read" : "graphql commit"
  const place = pathname.replace(/^(\/uploads)?\/repos\/[^/]+\/[^/]+\/?/, "").replace(/\d+(?=\/|$)/g, "{id}")
  return `${method} ${place || "repository"}${searchParams.has("name") ? ` ${searchParams.get("name")}` : ""}`
}

const vm: Label = ({ method, path }) => {
  const { pathname } = new URL(path, "http://vm")
  return `${method} ${pathname.startsWith("/operations/") ? "operations/{id}" : "runCommand"}`
}

/** What a call is named in a case: the same in every run, whatever ids and containers it has. */
export const label: Label = (call) => ({ storage, github, vm })[call.service](call)
