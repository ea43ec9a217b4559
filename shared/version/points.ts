/** A place in a workspace file that repeats the version, as configured. */
export interface VersionPoint {
  file: string
  format: "text" | "yaml" | "json" | "env" | "regex" | "plist" | "xml"
  /** Where in the file; what it means is the format's business. A `text` file is the version as a whole. */
  path?: string | undefined
  /** The file may be absent. */
  optional: boolean
}
