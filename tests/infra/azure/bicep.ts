import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
// biome-ignore lint/correctness/noUnresolvedImports: its declarations are one ambient module, which the linter does not read.
import { Language, type Node, Parser } from "web-tree-sitter"

/** What an expression says, as far as it is known before deployment: names stand for their variables. All else is its text. */
export type Value = string | Value[] | Fields

export interface Fields {
  [key: string]: Value
}

/** A resource; `[for each in LIST: …]` is one for each of the list. */
export interface Resource {
  /** `storage::blobs::inbox` of a nested one. */
  symbol: string
  /** Without its version. */
  type: string
  existing: boolean
  body: Fields
}

/** One template. */
export interface Template {
  resources: Resource[]
  parameters: string[]
  variables: Fields
  outputs: Fields
  /** What each module is given, by its file. */
  modules: { [file: string]: Fields }
}

let parser: Promise<Parser> | undefined

/** Reads a template's text. Throws where it is no Bicep. */
export async function readTemplate(text: string): Promise<Template> {
  parser ??= openParser()
  const tree = (await parser).parse(text)
  if (!tree || tree.rootNode.hasError) throw new Error(`not read as Bicep: ${text.slice(0, 80)}`)
  const template: Template = { resources: [], parameters: [], variables: {}, outputs: {}, modules: {} }
  for (const node of named(tree.rootNode)) {
    const [first, second, third] = named(node)
    const name = first?.text ?? ""
    if (node.type === "parameter_declaration") template.parameters.push(name)
    if (node.type === "variable_declaration") template.variables[name] = known(second, template.variables)
    if (node.type === "output_declaration") template.outputs[name] = known(third, template.variables)
    if (node.type === "module_declaration") {
      const { params = {} } = known(bodyOf(node), template.variables) as Fields
      template.modules[known(second, {}) as string] = params as Fields
    }
    if (node.type === "resource_declaration") template.resources.push(...resourcesIn(node, template.variables))
  }
  return template
}

async function openParser(): Promise<Parser> {
  await Parser.init()
  const wasm = fileURLToPath(import.meta.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm"))
  return new Parser().setLanguage(await Language.load(new Uint8Array(await readFile(wasm))))
}

function resourcesIn(node: Node, variables: Fields, above = ""): Resource[] {
  const [name, type] = named(node)
  const symbol = `${above}${name?.text}`
  const body = bodyOf(node)
  const nested = named(body).flatMap((each) => named(each).filter(({ type }) => type === "resource_declaration"))
  const one = (turn: Fields): Resource => ({
    symbol,
    type: String(known(type, {})).replace(/@.*/, ""),
    existing: node.children.some((child) => child?.type === "existing"),
    body: known(body, turn) as Fields,
  })
  const loop = node.children.find((child) => child?.type === "for_statement")
  return [
    ...repeated(loop, variables).map(one),
    ...nested.flatMap((each) => resourcesIn(each, variables, `${symbol}::`)),
  ]
}

/** The variables of every turn of a loop; without one, the variables. */
function repeated(loop: Node | null | undefined, variables: Fields): Fields[] {
  const [item, list] = loop ? named(loop) : []
  const values = known(list, variables)
  return item && Array.isArray(values) ? values.map((value) => ({ ...variables, [item.text]: value })) : [variables]
}

/** The object of a resource or module, whatever condition or loop it stands in. */
function bodyOf(node: Node): Node {
  const last = named(node).at(-1) ?? node
  return last.type === "object" ? last : bodyOf(last)
}

function known(node: Node | undefined, variables: Fields): Value {
  if (!node) return ""
  const children = named(node)
  const values = (nodes: Node[]) => nodes.map((child) => known(child, variables))
  switch (node.type) {
    case "string":
      return node.text.slice(1, -1)
    case "identifier":
      return variables[node.text] ?? node.text
    case "array":
      return values(children)
    case "object":
      return Object.fromEntries(
        children.flatMap(({ type, namedChildren: [key, value] }) =>
          type === "object_property" && key && value ? [[key.text.replaceAll("'", ""), known(value, variables)]] : [],
        ),
      )
    case "ternary_expression":
    case "call_expression": {
      // Of `union()` and of either side of a choice: all that may be in it.
      const objects = values(children.flatMap((child) => (child.type === "arguments" ? named(child) : [child])))
      const all = objects.filter((value) => typeof value === "object" && !Array.isArray(value))
      return all.length > 0 ? Object.assign({}, ...all) : node.text
    }
    default:
      return node.text
  }
}

function named(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null && !["comment", "decorators"].includes(child.type))
}
