import { branch, memoryWorkspace } from "../memory/workspace.ts"
import { textsContract } from "./workspace.ts"

textsContract("memory", async (files) => {
  const shelf = branch(files)
  return {
    workspace: memoryWorkspace(shelf),
    head: /^\d{40}$/,
    async look(path) {
      const text = shelf.files.get(path)
      return text === undefined ? undefined : { bytes: Buffer.from(text), executable: false }
    },
    close: async () => {},
  }
})
