import { appcast } from "./appcast.ts"
import { assets } from "./assets.ts"
import { certificate } from "./certificate.ts"
import type { Check } from "./check.ts"
import { download } from "./download.ts"
import { github } from "./github.ts"
import { health } from "./health.ts"
import { inbox } from "./inbox.ts"
import { keyVault } from "./key-vault.ts"
import { manifest } from "./manifest.ts"
import { release } from "./release.ts"
import { updates } from "./updates.ts"
import { versions } from "./versions.ts"
import { vmManifest } from "./vm-manifest.ts"
import { vmSecret } from "./vm-secret.ts"

/** Every check, in the order in which people read them. */
export const CHECKS: readonly Check[] = [
  inbox,
  github,
  release,
  assets,
  download,
  manifest,
  versions,
  health,
  updates,
  appcast,
  certificate,
  vmSecret,
  vmManifest,
  keyVault,
]
