/** Wakes a batch up later, in another invocation. The message is only a hint; losing one costs time, never correctness. */
export interface Queue {
  /** Sends one message; it shows up after `delaySeconds` (0 to 604,800). */
  send(message: string, delaySeconds?: number): Promise<void>
}
