/** The version before: its last number that can be smaller is. */
export function older(version: string): string {
  const numbers = version.split(".").map(Number)
  const last = numbers.findLastIndex((number) => number > 0)
  return numbers.map((number, index) => (index === last ? number - 1 : number)).join(".")
}

/** The version after. */
export function newer(version: string): string {
  const numbers = version.split(".").map(Number)
  return numbers.map((number, index) => (index === numbers.length - 1 ? number + 1 : number)).join(".")
}
