import { type Answer, json, plain } from "./answers.ts"
import type { Lie } from "./lie.ts"

/** What proxies and broken servers answer, whatever the files say. */
export const answerLies: { readonly [name: string]: Lie } = {
  "unhealthy-500": {
    says: "both health addresses answer 500",
    answer: (truth, page) => (page === "appcast" ? truth : json({ status: "unhealthy", error: "disk I/O error" }, 500)),
  },
  "updates-degraded": {
    says: "/updates/health answers 200, and says that it is degraded",
    answer: (truth, page) =>
      page === "updatesHealth" ? { ...truth, body: truth.body.replace('"healthy"', '"degraded"') } : truth,
  },
  "appcast-404": {
    says: "an old manifest_1.2.3.4.json beside the manifest hides the appcast",
    answer: (truth, page) => (page === "appcast" ? { ...plain("404: Not Found"), status: 404 } : truth),
  },
  "appcast-cut": {
    says: "the appcast ends in its middle",
    answer: appcast((body) => body.slice(0, body.indexOf("length="))),
  },
  "appcast-empty": {
    says: "the appcast is well-formed and offers nothing",
    answer: appcast((body) => body.replace(/ *<item>.*<\/item>\n/s, "")),
  },
  "entity-bomb": {
    says: "the appcast's entities unfold to gigabytes",
    answer: appcast(bombed),
  },
  "bad-gateway": {
    says: "the proxy answers 502 with HTML: the server behind it is down",
    answer: () => page(502, "502 Bad Gateway"),
  },
  "maintenance-page": {
    says: "the proxy answers 200 with a page for people",
    answer: () => page(200, "We will be back soon"),
  },
  "redirect-loop": {
    says: "every address leads to itself",
    answer: (_truth, _page, path) => redirect(path),
  },
  "redirect-to-http": {
    says: "every address leads to plain http, somewhere else",
    answer: (_truth, _page, path) => redirect(`http://updates.invalid${path}`),
  },
  "redirect-to-private": {
    says: "every address leads into a private network",
    answer: (_truth, _page, path) => redirect(`http://10.0.0.1${path}`),
  },
  hang: { says: "connections are taken and nothing is ever answered", manner: "hang" },
  reset: { says: "connections are taken and broken", manner: "reset" },
  trickle: { says: "answers come at four bytes a second", manner: "trickle" },
  huge: { says: "answers of 100 MB", manner: "huge" },
}

/** A lie of a good appcast only: what is an error already stays one. */
function appcast(change: (body: string) => string): NonNullable<Lie["answer"]> {
  return (truth, page) => (page === "appcast" && truth.status === 200 ? { ...truth, body: change(truth.body) } : truth)
}

/** Nine entities, each ten times the one before. */
function bombed(body: string): string {
  const [declaration, ...rest] = body.split("\n")
  const entities = Array.from({ length: 9 }, (_, index) => `  <!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`)
  const doctype = ["<!DOCTYPE rss [", '  <!ENTITY e0 "0123456789">', ...entities, "]>"]
  return [declaration, ...doctype, ...rest]
    .join("\n")
    .replace("<language>", "<description>&e9;</description><language>")
}

/** As nginx words it. */
function page(status: number, title: string): Answer {
  const lines = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ]
  return { status, type: "text/html", body: lines.join("\r\n") }
}

function redirect(location: string): Answer {
  return { ...page(302, "302 Found"), headers: { location } }
}
