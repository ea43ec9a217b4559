import { MultiBar, type SingleBar } from "cli-progress"

/** Progress bars on standard error, one per file; nothing at all where nobody watches. */
export function openBars(): { progress(name: string, doneBytes: number, sizeBytes: number): void; close(): void } {
  if (!process.stderr.isTTY) return { progress() {}, close() {} }
  const format = "{name} {bar} {percentage}% {megabytes} MB"
  const multi = new MultiBar({ format, stream: process.stderr, hideCursor: true, barsize: 30, clearOnComplete: false })
  const bars = new Map<string, SingleBar>()
  return {
    progress(name, doneBytes, sizeBytes) {
      const payload = { name: name.padEnd(20), megabytes: (sizeBytes / 1e6).toFixed(1) }
      const bar = bars.get(name) ?? multi.create(Math.max(1, sizeBytes), 0, payload)
      bars.set(name, bar)
      bar.update(sizeBytes === 0 ? 1 : doneBytes, payload)
    },
    close: () => multi.stop(),
  }
}
