/** An address that messages are posted to. */
export interface Webhook {
  /** Posts JSON. Throws WEBHOOK_REFUSED unless the answer is a success in time; the address, a secret, is in no message. */
  post(body: unknown, signal: AbortSignal): Promise<void>
}
