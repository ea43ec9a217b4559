/** Called before everything that a call to the outside would be; whoever gives it decides who goes on. */
export type Turn = (what: string) => Promise<void>

/** Nobody waits for anybody. */
export const atOnce: Turn = async () => {}
