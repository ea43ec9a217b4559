/** A part of a file on disk that is the body of an answer: bytes `start` to `end`, both included. */
interface FileBody {
  path: string
  start: number
  end: number
}

/** What a handler wants to be answered: JSON, text as it stands, or a file's bytes. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  file?: FileBody
}

const documentation = "https://docs.github.com/rest"

/** Thrown by a handler to answer with GitHub's error body instead. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(status: number, message: string, extra: Record<string, unknown> = {}) {
    super(message)
    this.answer = { status, json: { message, ...extra, documentation_url: documentation, status: String(status) } }
  }
}

/** 404, which GitHub also says of everything the caller may not see. */
export const notFound = () => new Refusal(404, "Not Found")

/** One entry of a validation error. */
interface Fault422 {
  resource: "Release" | "ReleaseAsset" | "Commit"
  code: "already_exists" | "custom" | "invalid" | "missing_field"
  field?: string
  message?: string
}

/** 422 in the shape of GitHub's model validations. */
export const invalid = (...errors: Fault422[]) => new Refusal(422, "Validation Failed", { errors })

/** A JSON answer. */
export const json = (body: unknown, status = 200): Answer => ({ status, json: body })
