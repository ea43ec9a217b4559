/** How the last line of every run of the checks begins: the alarm of the deployment listens for these. */
export const VERIFIED = "verified"
export const VERIFICATION_FAILED = "verification failed"
