import type { Fault as GithubFault } from "../../infra/local/github/index.ts"
import type { ProofDesk } from "./desk.ts"
import type { Call, Outcome, Reply } from "./wire.ts"

/** A call of the run that nothing happens to. */
export interface CleanCall {
  call: Call
  reply: Reply
  /** The first answer to the very same question, where another came first. */
  before?: Reply
}

/** What happens when a run comes to the call that was chosen. */
export interface Hit {
  call: Call
  desk: ProofDesk
  forward(): Promise<Reply>
  /** The first answer to this very question. */
  before: Reply | undefined
  /** Nothing reaches the outside any more. */
  die(): void
}

export interface Fault {
  /** Completes "meets …". */
  name: string
  befalls(clean: CleanCall): boolean
  happens(hit: Hit): Promise<Outcome>
  /** What it does to every later call of the same run. */
  lasts?: (call: Call) => Outcome | undefined
  /** It takes our patience to its end. */
  slow?: true
  /** What it leaves in a public release no run may take away: a person must see to it. */
  draftOnly?: true
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: Buffer.from(JSON.stringify(body)),
})

/** As each service says it: the storage's code is in a header. */
const says = (call: Call, status: number, message: string, headers: Record<string, string> = {}) =>
  call.service === "storage"
    ? { status, headers: { "x-ms-error-code": "ServerBusy", ...headers }, body: Buffer.alloc(0) }
    : json(status, { message, error: { code: "ServerBusy", message } }, headers)

const all = () => true
const of =
  (...services: string[]) =>
  ({ call }: CleanCall) =>
    services.includes(call.service)
const writes = ({ call }: CleanCall) => !call.reads

const answered = (name: string, status: number, befalls: Fault["befalls"], headers = {}, message = "No."): Fault => ({
  name,
  befalls,
  happens: async ({ call }) => says(call, status, message, headers),
})

/** What happens to the bytes of an asset, GitHub has to do. */
const upload = (name: string, fault: GithubFault): Fault => ({
  name,
  befalls: ({ call }) => call.path.startsWith("/uploads/"),
  async happens({ desk, forward }) {
    desk.github.setIntercept(({ operation }) => {
      if (operation !== "repos/upload-release-asset") return undefined
      desk.github.setIntercept(undefined)
      return fault
    })
    return forward()
  },
})

/** Every way in which one call can go wrong. */
export const FAULTS: readonly Fault[] = [
  {
    name: "a refused connection, and so all after it",
    befalls: all,
    async happens({ desk }) {
      // Whoever waits for the call hears of it when the connection breaks.
      desk.wire.leave()
      return "break"
    },
  },
  { name: "a reset before it arrives", befalls: all, happens: async () => "break" },
  {
    name: "a reset before the answer",
    // Whether a question was heard that nobody answers makes no difference to anybody.
    befalls: writes,
    async happens({ forward }) {
      await forward()
      return "break"
    },
  },
  answered("500", 500, all),
  answered("503 with Retry-After", 503, all, { "retry-after": "1" }),
  answered("429", 429, of("github", "vm"), { "retry-after": "1" }),
  answered(
    "a secondary rate limit",
    403,
    of("github"),
    { "retry-after": "7" },
    "You have exceeded a secondary rate limit",
  ),
  upload("502 after half an asset", { kind: "starter" }),
  { ...upload("a bit that flips on the way", { kind: "corrupt" }), draftOnly: true },
  {
    name: "an expired token",
    befalls: of("github"),
    async happens({ call, desk }) {
      desk.renewToken()
      return says(call, 401, "Bad credentials")
    },
    lasts: (call) =>
      call.service === "github" && call.headers.authorization?.includes("First")
        ? says(call, 401, "Bad credentials")
        : undefined,
  },
  { name: "a hang past the deadline", befalls: all, happens: async () => "silence", slow: true },
  {
    name: "a truncated answer",
    befalls: ({ call, reply }) => call.method !== "HEAD" && reply.body.byteLength > 1,
    async happens({ forward }) {
      const cut = await forward()
      return { cut, afterBytes: Math.floor(cut.body.byteLength / 2) }
    },
  },
  {
    name: "a stale answer",
    // The storage's answers are never old.
    befalls: ({ call, before, reply }) =>
      call.service === "github" && before !== undefined && !before.body.equals(reply.body),
    happens: async ({ before, forward }) => before ?? forward(),
  },
  {
    name: "the end of its process before it is done",
    befalls: all,
    async happens({ die }) {
      die()
      return "break"
    },
  },
  {
    name: "the end of its process when it is done",
    befalls: writes,
    async happens({ die, forward }) {
      await forward()
      die()
      return "break"
    },
  },
  {
    name: "the loss of the lease",
    befalls: all,
    async happens({ desk, forward }) {
      await desk.loseLease()
      return forward()
    },
  },
  {
    name: "its own double",
    befalls: writes,
    async happens({ forward }) {
      await forward()
      return forward()
    },
  },
]
