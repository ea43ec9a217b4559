import { headline, tell } from "./headline.ts"
import { points } from "./points.ts"
import type { View } from "./view.ts"

/**
 * How things stand, for machines: `{headline, verdict, good, product, at?, version?, live?, alert?, done, checks}`. `good` is
 * false where a check fails, where nothing was seen, and where that is too long ago. A stored report is itself.
 */
export function json(view: View): string {
  return `${JSON.stringify(view.report ?? latest(view), null, 2)}\n`
}

function latest(view: View) {
  const { standing, product, alert } = view
  const { verdict } = tell(view)
  return {
    headline: headline(view),
    verdict,
    good: verdict === "proven" || verdict === "live",
    product,
    ...(standing && { at: standing.at }),
    ...(standing?.version !== undefined && { version: standing.version }),
    ...(standing?.live && { live: standing.live }),
    ...(alert && { alert }),
    done: points(view),
    checks: standing?.checks ?? {},
  }
}
