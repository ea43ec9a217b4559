import { readFileSync } from "node:fs"

/** A node of an OpenAPI document, as loose as the document is. */
// biome-ignore lint/suspicious/noExplicitAny: 13 MB of description have no type worth writing down
export type Node = any

/** An operation with what it refers to resolved one level deep. */
export interface Operation {
  id: string
  method: string
  template: string
  parameters: Node[]
  requestBody?: Node
  responses: Record<string, Node>
}

/** GitHub's own description of its REST API, cut to the operations that are asked for. */
export function readOpenapi() {
  const document: Node = JSON.parse(readFileSync(new URL("generated/api.github.com.json", packageRoot), "utf8"))
  const operations = new Map<string, Operation>()
  for (const [template, item] of Object.entries<Node>(document.paths))
    for (const [method, operation] of Object.entries<Node>(item)) {
      if (operation?.operationId === undefined) continue
      const { operationId: id, parameters = [], requestBody, responses } = operation
      operations.set(id, {
        id,
        method: method.toUpperCase(),
        template,
        parameters: parameters.map(resolve),
        requestBody,
        responses,
      })
    }

  function resolve(node: Node): Node {
    if (typeof node?.$ref !== "string") return node
    return node.$ref
      .slice(2)
      .split("/")
      .reduce((at: Node, step: string) => at[step], document)
  }
  /** A schema together with everything it refers to, in the JSON Schema that Ajv understands. */
  function schemaWithParts(schema: Node): Node {
    const schemas: Record<string, Node> = {}
    const visit = (node: Node): Node => {
      if (Array.isArray(node)) return node.map(visit)
      if (typeof node !== "object" || node === null) return node
      const name = typeof node.$ref === "string" ? node.$ref.split("/").at(-1) : undefined
      if (name !== undefined && schemas[name] === undefined) {
        schemas[name] = {}
        schemas[name] = visit(document.components.schemas[name])
      }
      return tolerant(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)])))
    }
    return { ...visit(schema), components: { schemas } }
  }
  return { operations, resolve, schemaWithParts }
}

const packageRoot = new URL(".", import.meta.resolve("@octokit/openapi"))

/** Mends what is OpenAPI 3.0 and no JSON Schema, and where the description is known to be stricter than GitHub. */
function tolerant(node: Node): Node {
  const { nullable, oneOf, ...rest } = node
  // The 409 of the Contents API matches both of its branches.
  if (Array.isArray(oneOf)) rest.anyOf = oneOf
  // `starter` is missing from the states of an asset.
  if (Array.isArray(rest.enum) && rest.enum.join() === "uploaded,open") rest.enum = [...rest.enum, "starter"]
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest
}
