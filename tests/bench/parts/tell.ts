/** Speaks to the process that measures, and does not outlive it. */
export function tell(told: unknown): void {
  process.send?.(told)
}

process.once("disconnect", () => process.exit())
