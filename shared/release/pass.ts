/**
 * The bytes as they come, shown to every sink before they go on. What a sink throws ends the pass and closes the source,
 * so that nothing after a bad chunk is sent.
 */
export async function* pass(
  source: AsyncIterable<Uint8Array>,
  sinks: readonly { write(chunk: Uint8Array): void }[],
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    for (const sink of sinks) sink.write(chunk)
    yield chunk
  }
}
