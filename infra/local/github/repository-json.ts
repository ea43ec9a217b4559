import { user } from "./account-json.ts"
import type { Bases } from "./call.ts"
import type { Level, RepositoryState } from "./state.ts"

/** Links below a repository's API address whose field is their last word: `labels_url` of `labels{/name}`. */
const links =
  `archive/{archive_format}{/ref} assignees{/user} branches{/branch} collaborators{/collaborator} comments{/number}
  commits{/sha} compare/{base}...{head} contents/{+path} contributors deployments downloads events forks hooks
  issues{/number} keys{/key_id} labels{/name} languages merges milestones{/number}
  notifications{?since,all,participating} pulls{/number} releases{/id} stargazers statuses/{sha} subscribers subscription
  tags teams`.split(/\s+/)

const deeper = {
  blobs_url: "git/blobs{/sha}",
  git_commits_url: "git/commits{/sha}",
  git_refs_url: "git/refs{/sha}",
  git_tags_url: "git/tags{/sha}",
  issue_comment_url: "issues/comments{/number}",
  issue_events_url: "issues/events{/number}",
  trees_url: "git/trees{/sha}",
}

/** A repository as GitHub states it, with what the caller may do there. */
export function repositoryJson(repository: RepositoryState, bases: Bases, level: Level) {
  const { owner, name, createdAt } = repository
  const self = `${bases.api}/repos/${owner}/${name}`
  const page = `${bases.web}/${owner}/${name}`
  const urls = links.map((link) => [`${/^\w+/.exec(link)?.[0]}_url`, `${self}/${link}`])
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name,
    full_name: `${owner}/${name}`,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: user(owner, bases),
    html_url: page,
    description: null,
    fork: false,
    url: self,
    ...Object.fromEntries(urls),
    ...Object.fromEntries(Object.entries(deeper).map(([field, link]) => [field, `${self}/${link}`])),
    git_url: `git:${page.replace(/^\w+:/, "")}.git`,
    ssh_url: `ssh://git@${new URL(page).hostname}/${owner}/${name}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 0,
    ...counts,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    is_template: false,
    topics: [],
    archived: false,
    disabled: false,
    default_branch: repository.branch,
    pushed_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    permissions: {
      admin: false,
      maintain: false,
      push: level === "write",
      triage: level === "write",
      pull: level !== "none" || !repository.private,
    },
  }
}

const counts = {
  forks: 0,
  forks_count: 0,
  network_count: 0,
  open_issues: 0,
  open_issues_count: 0,
  stargazers_count: 0,
  subscribers_count: 0,
  watchers: 0,
  watchers_count: 0,
}
