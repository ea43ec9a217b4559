import type { Log } from "./world.ts"

/** A log whose every line says where it belongs. What a line says itself comes first. */
export function within(log: Log, fields: { tag?: string; step?: string }): Log {
  return (level, message, own) => log(level, message, { ...fields, ...own })
}
