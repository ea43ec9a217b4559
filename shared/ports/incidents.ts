/** An issue that tells people of something that is wrong. */
export interface Incident {
  number: number
  /** The page for people. */
  url: string
}

/**
 * Issues of a repository. A write whose answer was lost is looked up by its marker before it is done again: nothing is said
 * twice. A marker is text that stands nowhere else; it is written into the issue or comment where people do not see it.
 * Every method throws the GITHUB_ codes.
 */
export interface Incidents {
  /** Opens an issue, or answers the one that carries the marker. */
  open(issue: { title: string; body: string; marker: string }): Promise<Incident>
  /** Adds a comment, unless one with the marker is there. An issue that was deleted is no fault. */
  add(number: number, comment: { body: string; marker: string }): Promise<void>
  /** Closes the issue; one that is closed or gone is no fault. */
  close(number: number): Promise<void>
}
