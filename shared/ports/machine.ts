/** A virtual machine that runs scripts for us as root, one at a time. */
export interface Machine {
  /** For people. */
  readonly name: string
  /**
   * Runs a POSIX sh script and answers the end of what it printed (Azure keeps the last 4,096 bytes). An answer does not mean that
   * the script succeeded: only a marker of its own does. Parameters reach the script as shell variables, pasted as
   * text: names must be shell names and values base64, all else is INTERNAL. While another command runs it waits and tries again.
   * Throws VM_BUSY, VM_STOPPED, VM_NOT_FOUND, VM_FORBIDDEN, VM_ANSWER_CUT, SUBSCRIPTION_READ_ONLY, AZURE_UNAUTHORIZED,
   * AZURE_UNREACHABLE, SETTINGS_INVALID, or the reason of the signal.
   */
  run(
    script: string,
    parameters: { readonly [name: string]: string },
    signal: AbortSignal,
  ): Promise<{ stdout: string; stderr: string }>
}
