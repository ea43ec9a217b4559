/** Every place in a value: a path of keys. */
export function places(value: unknown, path: string[] = []): string[][] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : []
  return [path, ...inner.flatMap(([key, one]) => places(one, [...path, key]))]
}

/** A copy with another value in one place, or without it. */
export function changed(value: unknown, [key, ...rest]: string[], to: unknown): unknown {
  if (key === undefined) return to
  // Where an earlier change has left nothing to go into.
  if (typeof value !== "object" || value === null) return value
  const copy = structuredClone(value) as Record<string, unknown>
  const inner = changed(copy[key], rest, to)
  if (inner === undefined && !Array.isArray(copy)) delete copy[key]
  else copy[key] = inner
  return copy
}
