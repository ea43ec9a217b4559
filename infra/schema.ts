/** Writes the JSON schema that editors complete `slipway.config.json` with. */
import { writeFile } from "node:fs/promises"
import { toJsonSchema } from "@valibot/to-json-schema"
import { configSchema } from "../shared/config/schema.ts"

/** The schema's text, as it is committed. Rules that JSON schema cannot say are left to `slipway doctor`. */
export function schemaText(): string {
  const schema = toJsonSchema(configSchema, { typeMode: "input", errorMode: "ignore" })
  return `${JSON.stringify({ title: "slipway.config.json", ...schema }, null, 2)}\n`
}

if (import.meta.main) await writeFile(new URL("../slipway.config.schema.json", import.meta.url), schemaText())
