import { BlobClient } from "@azure/storage-blob"
import { tell } from "./tell.ts"

/** The peer: one blob read to its end with the SDK alone. Tells the seconds it took. */
const [connectionString = "", container = "", name = ""] = process.argv.slice(2)
const started = performance.now()
const { readableStreamBody = [] } = await new BlobClient(connectionString, container, name).download()
for await (const _ of readableStreamBody);
tell({ seconds: (performance.now() - started) / 1000 })
// Its memory is asked for while it lives.
process.channel?.ref()
