/** Wakes a batch up later, in another invocation. The message is only a hint; losing one costs time, never correctness. */
export interface Queue {
  /** Sends one message; it shows up after `delaySeconds` (0 to 604,800). */
  send(message: string, delaySeconds?: number): Promise<void>
}

/** Messages that have failed for good and lie aside. */
export interface PoisonQueue {
  /** About how many there are. */
  count(): Promise<number>
}
