import { randomUUID } from "node:crypto"

/** Event Grid's event for a finished upload. https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
export interface BlobCreated {
  id: string
  topic: string
  /** `/blobServices/default/containers/<container>/blobs/<path>`, the path as it is named. */
  subject: string
  eventType: "Microsoft.Storage.BlobCreated"
  /** ISO 8601. */
  eventTime: string
  data: {
    api: "PutBlob"
    clientRequestId: string
    requestId: string
    /** Without quotes. */
    eTag: string
    contentType: string
    contentLength: number
    blobType: string
    /** The path percent-encoded. */
    url: string
    /** Hexadecimal; of two events for one blob the greater text is the later event. */
    sequencer: string
    storageDiagnostics: { batchId: string }
  }
  dataVersion: ""
  metadataVersion: "1"
}

/** A blob as the listing of its container shows it. */
export interface SeenBlob {
  container: string
  name: string
  url: string
  eTag: string
  contentType: string
  contentLength: number
  blobType: string
}

/** The event for a blob. Which call wrote it cannot be seen afterwards, so `api` names the plainest. */
export function blobCreated(blob: SeenBlob, topic: string, at: Date, sequence: number): BlobCreated {
  const { container, name, ...data } = blob
  return {
    id: randomUUID(),
    topic,
    subject: `/blobServices/default/containers/${container}/blobs/${name}`,
    eventType: "Microsoft.Storage.BlobCreated",
    eventTime: at.toISOString(),
    data: {
      api: "PutBlob",
      clientRequestId: randomUUID(),
      requestId: randomUUID(),
      ...data,
      sequencer: `${hex(at.getTime(), 16)}${hex(sequence, 16)}`,
      storageDiagnostics: { batchId: randomUUID() },
    },
    dataVersion: "",
    metadataVersion: "1",
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0")
}
