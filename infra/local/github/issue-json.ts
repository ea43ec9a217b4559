import { user } from "./account-json.ts"
import type { Bases } from "./call.ts"
import type { CommentState, IssueState, Repository } from "./state.ts"

/** An issue as GitHub states it. */
export function issueJson(issue: IssueState, repository: Repository, bases: Bases) {
  const { id, number, author, createdAt, updatedAt, closedAt, comments } = issue
  const place = `${repository.owner}/${repository.name}`
  const self = `${bases.api}/repos/${place}/issues/${number}`
  return {
    id,
    node_id: `I_${id}`,
    url: self,
    repository_url: `${bases.api}/repos/${place}`,
    labels_url: `${self}/labels{/name}`,
    comments_url: `${self}/comments`,
    events_url: `${self}/events`,
    html_url: `${bases.web}/${place}/issues/${number}`,
    number,
    state: issue.state,
    state_reason: issue.state === "closed" ? "completed" : null,
    title: issue.title,
    body: issue.body,
    user: user(author, bases),
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: comments.length,
    closed_at: closedAt,
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: "NONE",
  }
}

/** A comment of an issue. */
export function commentJson(comment: CommentState, issue: IssueState, repository: Repository, bases: Bases) {
  const { id, author, body, createdAt } = comment
  const place = `${repository.owner}/${repository.name}`
  const issues = `${bases.api}/repos/${place}/issues`
  return {
    id,
    node_id: `IC_${id}`,
    url: `${issues}/comments/${id}`,
    html_url: `${bases.web}/${place}/issues/${issue.number}#issuecomment-${id}`,
    issue_url: `${issues}/${issue.number}`,
    body,
    user: user(author, bases),
    created_at: createdAt,
    updated_at: createdAt,
    author_association: "NONE",
  }
}
