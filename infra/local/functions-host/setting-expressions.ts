import { Problem } from "../../../shared/problem.ts"

/**
 * A binding's text with each `%NAME%` replaced by the app setting of that name. Throws SETTINGS_INVALID for a missing
 * one.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns#binding-expressions---app-settings
 */
export function resolveSettings(text: string, settings: Record<string, string>): string {
  return text.replace(/%([^%]+)%/g, (expression, name: string) => {
    const value = settings[name]
    if (value === undefined) {
      throw new Problem("SETTINGS_INVALID", `${expression} in "${text}" names a setting that is not there`)
    }
    return value
  })
}
