import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** The longest first, so that no worker is left alone with them at the end: without a cache the length of a file decides. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = (file: TestSpecification) => Number(/\/proof\/|put-kills|put-hostile|start.test/.test(file.moduleId))
    return (await super.sort(files)).toSorted((one, other) => long(other) - long(one))
  }
}

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for servers of their own: more workers than cores keep both busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
