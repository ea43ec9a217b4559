import { readFile } from "node:fs/promises"
import type { GraphQLError, GraphQLSchema } from "graphql"
import { type Answer, json, Refusal } from "./answer.ts"
import { type Call, fieldsOf } from "./call.ts"
import { createCommitOnBranch } from "./graphql-commit.ts"
import { repositoryNode, visible } from "./graphql-repository.ts"
import type { World } from "./world.ts"

/** Both are large, and REST alone needs neither. */
const library = once(() => import("graphql"))
const schema = once(async (): Promise<GraphQLSchema> => {
  const { buildSchema } = await library()
  const idl = await readFile(new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema")), "utf8")
  return buildSchema(idl, { assumeValidSDL: true, noLocation: true })
})

/** The first field of a request and whether it is a mutation; undefined for what cannot be parsed. */
export async function rootFieldOf(body: unknown): Promise<{ name: string; write: boolean } | undefined> {
  const { parse } = await library()
  try {
    const { query } = body as { query: string }
    const operation = parse(query).definitions.find((one) => one.kind === "OperationDefinition")
    const field = operation?.selectionSet.selections.find((one) => one.kind === "Field")
    if (operation === undefined || field === undefined) return undefined
    return { name: field.name.value, write: operation.operation === "mutation" }
  } catch {
    return undefined
  }
}

/** POST /graphql, on GitHub's own schema: what it does not know is refused, what we do not know fails where it must not be null. */
export async function answerGraphql(call: Call, world: World): Promise<Answer> {
  if (call.caller.kind === "anonymous" || call.caller.kind === "app") {
    throw new Refusal(401, "This endpoint requires you to be authenticated.")
  }
  const { query, variables, operationName } = fieldsOf(call)
  if (typeof query !== "string")
    return json({ errors: [{ message: "A query attribute must be specified and must be a string." }] })
  const { graphql } = await library()
  const result = await graphql({
    schema: await schema(),
    source: query,
    rootValue: roots(call, world),
    ...(variables == null ? {} : { variableValues: variables as Record<string, unknown> }),
    ...(typeof operationName === "string" ? { operationName } : {}),
  })
  const { data, errors } = result
  return json({
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(errorJson) }),
  })
}

const roots = (call: Call, world: World) => ({
  viewer: { __typename: "User", login: call.caller.login, id: `U_${call.caller.login}` },
  repository: ({ owner, name }: { owner: string; name: string }) =>
    repositoryNode(visible(call, world, `${owner}/${name}`), call),
  createCommitOnBranch: ({ input }: { input: Parameters<typeof createCommitOnBranch>[2] }) =>
    createCommitOnBranch(call, world, input),
})

/** GitHub puts the type of an error beside its message. */
function errorJson({ message, path, locations, extensions }: GraphQLError) {
  return { ...(extensions.type === undefined ? {} : { type: extensions.type }), path, locations, message }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
