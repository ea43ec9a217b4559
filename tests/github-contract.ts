import { readFileSync } from "node:fs"
import { Ajv, type ValidateFunction } from "ajv"
import formats from "ajv-formats"
import { buildSchema, type GraphQLSchema, parse, validate } from "graphql"
import type { Exchange } from "../infra/local/github/index.ts"
import { type Node, type Operation, readOpenapi } from "./openapi-slice.ts"

/** Holds requests and answers against GitHub's own descriptions of its REST and GraphQL APIs. */
export interface Contract {
  /** For `startGithub({ observe })`. */
  observe: (exchange: Exchange) => void
  /** One line for each way in which an exchange so far was not what GitHub describes. */
  faults: string[]
  /** How many exchanges were held against a description. */
  checked: number
}

/** Reads the descriptions, once per process: about a third of a second. */
export function githubContract(): Contract {
  const contract: Contract = {
    faults: [],
    checked: 0,
    observe(exchange) {
      if (exchange.operation.startsWith("web/")) return
      contract.checked++
      const found = exchange.operation.startsWith("graphql") ? graphqlFaults(exchange) : restFaults(exchange)
      contract.faults.push(
        ...found.map((fault) => `${exchange.method} ${exchange.path} (${exchange.status}): ${fault}`),
      )
    },
  }
  return contract
}

/** What a GraphQL document asks for that GitHub's schema does not have. The same few documents are asked again and again. */
export function documentFaults(document: string): string[] {
  const faults = known.get(document) ?? validate(graphqlSchema(), parse(document)).map(({ message }) => message)
  known.set(document, faults)
  return faults
}

const known = new Map<string, string[]>()

function graphqlFaults({ requestBody }: Exchange): string[] {
  const query = (requestBody as { query?: unknown } | undefined)?.query
  return typeof query === "string" ? documentFaults(query) : ["no query"]
}

function restFaults(exchange: Exchange): string[] {
  const operation = openapi().operations.get(exchange.operation)
  if (operation === undefined) return ["no such operation"]
  const { method, template } = operation
  const path = new RegExp(`^${template.replace(/\{(path|ref|branch|tag)\}/g, ".+").replace(/\{\w+\}/g, "[^/]+")}$`)
  const here = (exchange.method === "HEAD" ? "GET" : exchange.method) === method && path.test(exchange.path)
  return [
    ...(here ? [] : [`is not ${method} ${template}`]),
    ...queryFaults(operation, exchange),
    ...bodyFaults(operation, exchange),
    ...answerFaults(operation, exchange),
  ]
}

function queryFaults({ id, parameters }: Operation, { query }: Exchange): string[] {
  const known = parameters.filter((parameter) => parameter.in === "query")
  const given = new Map(new URLSearchParams(query))
  const missing = known
    .filter(({ name, required }) => required && !given.has(name))
    .map(({ name }) => `query lacks ${name}`)
  const wrong = [...given].flatMap(([name, value]) => {
    const parameter = known.find((one) => one.name === name)
    return parameter === undefined
      ? [`query has an unknown ${name}`]
      : check(`${id} ?${name}`, parameter.schema, typedValue(parameter.schema, value))
  })
  return [...missing, ...wrong]
}

function bodyFaults({ id, requestBody }: Operation, { requestBody: body }: Exchange): string[] {
  const schema = requestBody?.content?.["application/json"]?.schema
  if (schema === undefined) return body === undefined ? [] : ["a body where none is described"]
  if (body === undefined) return requestBody.required ? ["no body"] : []
  // The description allows unknown fields; GitHub ignores them, which is how a misspelt one goes unnoticed.
  const known = Object.keys(schema.properties ?? {})
  const unknown = known.length === 0 ? [] : Object.keys(Object(body)).filter((field) => !known.includes(field))
  return [...unknown.map((field) => `body has an unknown ${field}`), ...check(`${id} body`, schema, body)]
}

function answerFaults({ id, responses }: Operation, { status, fault, responseBody }: Exchange): string[] {
  // What a test made up says nothing about the look-alike.
  if (status === 0 || fault === "status") return []
  const { resolve } = openapi()
  const described = resolve(responses[String(status)])
  if (described === undefined && status < 400) return ["a status that is not described"]
  // Many error statuses are not described; all of them have the same basic shape.
  const content = described?.content?.["application/json"]
  const schema = content?.schema ?? (status < 400 ? undefined : { $ref: "#/components/schemas/basic-error" })
  if (schema !== undefined)
    return responseBody === undefined && status < 300 && !describesBytes(described)
      ? ["no answer"]
      : check(`${id} ${status}`, schema, responseBody ?? {})
  return responseBody === undefined ? [] : ["an answer where none is described"]
}

/** Assets and contents answer with bytes as well, depending on what the caller accepts. */
const describesBytes = (described: Node) =>
  Object.keys(described.content).length > 1 ||
  described.content["application/json"].schema.$ref?.endsWith("release-asset")

const validators = new Map<string, ValidateFunction>()

function check(name: string, schema: Node, value: unknown): string[] {
  let valid = validators.get(name)
  if (valid === undefined) {
    valid = ajv().compile(openapi().schemaWithParts(schema))
    validators.set(name, valid)
  }
  return valid(value)
    ? []
    : (valid.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`)
}

function typedValue(schema: Node, text: string): unknown {
  if (schema.type === "integer") return Number(text)
  return schema.type === "boolean" ? text === "true" : text
}

const openapi = once(readOpenapi)
const ajv = once(() => formats.default(new Ajv({ strict: false, allErrors: true })))
const graphqlSchema = once((): GraphQLSchema => {
  const idl = readFileSync(new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema")), "utf8")
  return buildSchema(idl, { assumeValidSDL: true, noLocation: true })
})

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
