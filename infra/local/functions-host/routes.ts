/** The values a URL path has for a route's parameters, decoded; undefined when it is not that route. */
export type RouteMatcher = (path: string) => Record<string, string> | undefined

/**
 * Reads an ASP.NET route template such as `releases/{tag}`, `files/{name}.{ext}`, `items/{id?}` or `{*rest}`.
 * Constraints (`{id:int}`) are ignored. https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function routeMatcher(template: string): RouteMatcher {
  const segments = template.split("/").filter((segment) => segment !== "")
  const pattern = new RegExp(`^${segments.map(segmentPattern).join("")}/?$`, "i")
  const names = [...template.matchAll(parameter)].map((match) => match[1] ?? "")
  return (path) => {
    const match = pattern.exec(path)
    if (match === null) return undefined
    const values = match.slice(1).map(decode)
    return Object.fromEntries(names.flatMap((name, index) => (values[index] ? [[name, values[index]]] : [])))
  }
}

/**
 * Sorts the more particular template before the more general one, segment by segment: literal text, then a mixture,
 * then a parameter, then a catch-all.
 */
export function byPrecedence(a: string, b: string): number {
  return precedence(a).localeCompare(precedence(b))
}

const parameter = /\{\*{0,2}(\w+)[^}]*\}/g

function segmentPattern(segment: string): string {
  if (/^\{\*{1,2}/.test(segment)) return "(?:/(.*))?"
  if (/^\{\w+[^}]*\?\}$/.test(segment)) return "(?:/([^/]+))?"
  // The pieces between parameters are literal; split() with the pattern's group yields the names at odd places.
  const pieces = segment.split(parameter).map((piece, index) => (index % 2 === 1 ? "([^/]+)" : escapeLiteral(piece)))
  return `/${pieces.join("")}`
}

function escapeLiteral(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}

function precedence(template: string): string {
  return template
    .split("/")
    .map((segment) => {
      if (segment.startsWith("{*")) return "9"
      if (/^\{[^}]*\}$/.test(segment)) return "5"
      return segment.includes("{") ? "3" : "1"
    })
    .join("")
}

function decode(value: string | undefined): string {
  if (value === undefined) return ""
  try {
    return decodeURIComponent(value)
  } catch {
    // Not an escape after all, such as "100%": ASP.NET hands it over as it came.
    return value
  }
}
