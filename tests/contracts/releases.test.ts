import { memoryReleases, releaseShelf } from "../memory/releases.ts"
import { releasesContract } from "./releases.ts"

releasesContract("memory", async () => ({
  mutable: memoryReleases(releaseShelf()),
  immutable: memoryReleases(releaseShelf(true)),
  close: async () => {},
}))
