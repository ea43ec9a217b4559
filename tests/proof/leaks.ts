import { leaksIn } from "../canaries.ts"
import { texts } from "../tree.ts"
import { type ProofDesk, TOKENS } from "./desk.ts"

/** Where a token or the storage's key was said or written: log lines, errors, records, the ledger, commits, release texts, the VM. */
export async function leaksOf(desk: ProofDesk): Promise<string[]> {
  const state = desk.account.getContainerClient(desk.containers.state)
  const written: string[] = []
  if (await state.exists())
    for await (const { name } of state.listBlobsFlat())
      written.push(`${await state.getBlobClient(name).downloadToBuffer()}`)
  const onDisk = Object.values(await texts(desk.directory))
  return leaksIn([...desk.spoken, ...written, ...onDisk], [...TOKENS, desk.accountKey])
}
