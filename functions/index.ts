// All that the app registers. The deployed app is bundled into this one file, so that little is read before it can answer.
import "./health.ts"
import "./inbox-event.ts"
import "./inbox-sweep.ts"
import "./releases.ts"
import "./reports.ts"
import "./verify.ts"
import "./version.ts"

// Stacks name the sources, not the bundle: of all that is loaded from here on, which is everything but the registrations.
process.setSourceMapsEnabled(true)
