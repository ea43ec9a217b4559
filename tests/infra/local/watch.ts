/** Gathers what a part of the local stack tells, and lets a test wait for a certain telling. */
export function watch<Told>() {
  const told: Told[] = []
  const waiting = new Set<() => void>()
  return {
    told,
    observe(one: Told): void {
      told.push(one)
      for (const look of waiting) look()
    },
    /** Resolves when `count` of all tellings so far match. */
    until(matches: (one: Told) => boolean, count = 1): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (told.filter(matches).length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
  }
}
