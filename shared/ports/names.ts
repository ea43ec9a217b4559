/** The storage account's containers, as the deployment makes them and the code finds them. */
export const CONTAINERS = { inbox: "inbox", archive: "archive", state: "state", reports: "reports" } as const

/** Its queues. `events`: something was uploaded, or somebody asks. `released`: a release waits to be proven. */
export const QUEUES = { events: "inbox-events", released: "released" } as const

/** Where the Functions host puts a queue's messages that failed too often. */
export function poisonOf(queue: string): string {
  return `${queue}-poison`
}
