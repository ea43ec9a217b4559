import { withoutSecrets } from "./without-secrets.ts"

/** As much of a `fetch` as Octokit wants. */
export type Send = (
  url: string,
  init: { method: string; headers: Record<string, string>; signal?: AbortSignal | null },
) => Promise<Response>

/** The credentials that GitHub is shown, so that they can be left out of what it says: a proxy may repeat what it was sent. */
export function credentialsShown() {
  const shown = new Set<string>()
  return {
    /** The same `fetch`, but it remembers what it shows. */
    watch:
      (send: Send): Send =>
      (url, init) => {
        const { authorization } = init.headers
        // `token X`, `bearer X`.
        if (authorization) shown.add(authorization.slice(authorization.indexOf(" ") + 1))
        return send(url, init)
      },
    /** A text without them. */
    hide: (text: string): string => withoutSecrets(text, shown),
  }
}
