import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, fieldsOf, repositoryOf } from "./call.ts"
import { commentJson, issueJson } from "./issue-json.ts"
import { page } from "./page.ts"
import type { IssueState, Repository } from "./state.ts"
import { saveIssue, type World } from "./world.ts"

/** GET …/issues: newest first, open ones unless `state` says otherwise. */
export function listIssues(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const state = call.query.get("state") ?? "open"
  const shown = (issue: IssueState) => !issue.deleted && (state === "all" || issue.state === state)
  const issues = [...repository.issues.values()].filter(shown).reverse()
  return page(call, issues, (issue) => issueJson(issue, repository, call.bases))
}

/** POST …/issues */
export function createIssue(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const { title, body } = fieldsOf(call)
  if (typeof title !== "string" || title === "") throw missing("title")
  return repository.exclusive(async () => {
    const at = world.now().toISOString()
    const issue: IssueState = {
      id: world.nextId(),
      number: repository.issues.size + 1,
      title,
      body: textOf(body),
      state: "open",
      author: call.caller.login,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      comments: [],
    }
    await saveIssue(repository, issue)
    return json(issueJson(issue, repository, call.bases), 201)
  })
}

/** GET …/issues/{number} */
export function getIssue(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  return json(issueJson(issueOf(call, repository), repository, call.bases))
}

/** PATCH …/issues/{number}: its state, title and text. */
export function updateIssue(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const { state, title, body } = fieldsOf(call)
  return repository.exclusive(async () => {
    const issue = issueOf(call, repository)
    const at = world.now().toISOString()
    const next = state === "open" || state === "closed" ? state : issue.state
    const changed: IssueState = {
      ...issue,
      ...(typeof title === "string" && { title }),
      ...(body !== undefined && { body: textOf(body) }),
      state: next,
      updatedAt: at,
      closedAt: next === "closed" ? (issue.closedAt ?? at) : null,
    }
    await saveIssue(repository, changed)
    return json(issueJson(changed, repository, call.bases))
  })
}

/** GET …/issues/{number}/comments: oldest first. */
export function listComments(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const issue = issueOf(call, repository)
  return page(call, issue.comments, (comment) => commentJson(comment, issue, repository, call.bases))
}

/** POST …/issues/{number}/comments */
export function createComment(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const body = textOf(fieldsOf(call).body)
  if (body === "") throw missing("body")
  return repository.exclusive(async () => {
    const issue = issueOf(call, repository)
    const at = world.now().toISOString()
    const comment = { id: world.nextId(), body, author: call.caller.login, createdAt: at }
    await saveIssue(repository, { ...issue, updatedAt: at, comments: [...issue.comments, comment] })
    return json(commentJson(comment, issue, repository, call.bases), 201)
  })
}

function issueOf({ params }: Call, { issues }: Repository): IssueState {
  const issue = issues.get(Number(params.number))
  if (issue === undefined) throw notFound()
  if (issue.deleted) throw new Refusal(410, "This issue was deleted")
  return issue
}

/** GitHub refuses longer texts. */
function textOf(body: unknown): string {
  const text = typeof body === "string" ? body : ""
  if (text.length > 65_536) throw new Refusal(422, "body is too long (maximum is 65536 characters)")
  return text
}

function missing(field: string): Refusal {
  return new Refusal(422, "Validation Failed", { errors: [{ resource: "Issue", code: "missing_field", field }] })
}
