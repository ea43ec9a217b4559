/** Of the errors that shells and small tools print. */
const ERROR_WORDS = `
  address allocate argument arguments arithmetic bad busy cannot command core create denied descriptor device directory
  disk dumped error exceeded exec executable exhausted exists expected expression failed fatal fault file files fork
  format found full illegal input interpreter invalid is killed large left limit line many memory missing no
  not number of on open operand operation option or out output parameter permission permitted pipe process quota quoted
  read read-only recognized redirection resource resources script.sh segmentation sh signal size space string such syntax
  system temporarily terminated to token too unable unavailable unexpected unknown unrecognized unset unterminated while
  write
`

const MAX_LENGTH = 200

/**
 * The end of an error output, at most 200 characters, with everything left out (`…`) that is not a word of the script itself or
 * of a usual error message: whatever a tool may have quoted from a file stays where it is.
 */
export function familiarWords(stderr: string, script: string): string {
  const familiar = new Set(`${script} ${ERROR_WORDS}`.toLowerCase().match(/[a-z][a-z0-9.-]*/g))
  const words = stderr
    .slice(-2000)
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const [, core = "", end = ""] = word.match(/^['"`(]*([A-Za-z][A-Za-z0-9.-]*?)['"`)]*([.:,;]?)$/) ?? []
      return familiar.has(core.toLowerCase()) ? core + end : "…"
    })
    .filter((word, index, all) => word !== "…" || all[index - 1] !== "…")
  const said = words.join(" ")
  if (/^…?$/.test(said)) return ""
  return said.length <= MAX_LENGTH ? said : `…${said.slice(1 - MAX_LENGTH)}`
}
