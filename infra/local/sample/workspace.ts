import { matching } from "../../../shared/ports/path-pattern.ts"
import { findPoint, type VersionPoint } from "../../../shared/version/points.ts"

/** The files of a small server and its client that repeat the version, with what stands around it in real ones. */
const FILES: { readonly [path: string]: (version: string) => string } = {
  "server/config/unified_config.yaml": (version) => `# What the server starts with.
grpc:
  host: 127.0.0.1
  port: 50051

update:
  default_version: ${version}  # what clients are told when nothing else is known
  default_build: ${version}
  default_min_os: 11.0

server:
  version: ${version}
  build: ${version}
  channel: stable
`,
  "server/config/unified_config.py": (version) => `import os


def version() -> str:
    return os.getenv('SERVER_VERSION', '${version}')


def channel() -> str:
    return os.getenv('SERVER_CHANNEL', 'stable')
`,
  "server/config.env.example": (version) => `# Copy this file to config.env and fill it in.
SERVER_VERSION=${version}
SERVER_BUILD=${version}
SERVER_CHANNEL=stable
`,
  "Docs/SERVER_DEPLOYMENT_GUIDE.md": (version) => `# Deploying the server

**Текущий релиз документации:** \`v${version}\`
`,
  "Docs/RELEASE_AND_UPDATE_GUIDE.md": (version) => `# Releasing

**Текущий релиз документации:** \`v${version}\`
`,
  "client/config/unified_config.yaml": (version) => `app:
  name: Sample
  version: ${version}
updater:
  enabled: true
  fallback:
    version: 7.7.7.7  # not this release's
`,
}

/** The workspace a local stack begins with. */
export function sampleWorkspace(versionPath: string, version: string): { [path: string]: string } {
  const files = Object.entries(FILES).map(([path, text]) => [path, text(version)])
  return { ...Object.fromEntries(files), [versionPath]: `${version}\n` }
}

/**
 * Whether the sample has what a version point asks for. A product's own points need its own workspace: where the sample has no
 * such place the local stack does without them.
 */
export function standsInSample(point: VersionPoint): boolean {
  const files = matching(point.file, Object.keys(FILES))
  if (files.length === 0) return point.optional
  return files.every((file) => has(point, file))
}

function has(point: VersionPoint, file: string): boolean {
  try {
    return findPoint(FILES[file]?.("1.0.0.1") ?? "", { ...point, file }).value === "1.0.0.1"
  } catch {
    return false
  }
}
