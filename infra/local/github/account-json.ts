import { createHash } from "node:crypto"
import type { Bases } from "./call.ts"

/** An account as GitHub shows it inside other things; its id is made of its name. */
export function user(login: string, bases: Bases) {
  const id = createHash("sha256").update(login.toLowerCase()).digest().readUInt32BE() >>> 4
  const self = `${bases.api}/users/${encodeURIComponent(login)}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `${bases.web}/avatars/${id}`,
    gravatar_id: "",
    url: self,
    html_url: `${bases.web}/${encodeURIComponent(login)}`,
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type: login.endsWith("[bot]") ? "Bot" : "User",
    user_view_type: "public",
    site_admin: false,
  }
}
