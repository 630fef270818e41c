import assert from "node:assert/strict";
import { testEnv } from "../stack/api.ts";
import { sqlRow } from "../stack/database.ts";

/** An item of delivery as a test writes it down; its repository is `acme/shop` unless it says otherwise. */
export type Item = Record<string, unknown>;

export interface DeliveryAnswer {
  stored: number;
  rejected: { index: number; code: string; message: string }[];
}

/** What is kept of an organization's delivery, by the names that came from outside, in a fixed order. */
export interface DeliveryState {
  repositories: string[];
  commits: string[];
  pull_requests: Record<string, unknown>[];
  pull_request_commits: string[];
  reviews: string[];
  deployments: Record<string, unknown>[];
  incidents: Record<string, unknown>[];
  releases: string[];
  branches: string[];
  /** `environment commit: deployment`. */
  deployed: string[];
  /** `environment commit of pull request: deployment`. */
  changes: string[];
  /** `incident: deployment, method`. */
  links: string[];
}

/** A commit's hash that ends in a short name of hexadecimal digits, as `a1`; states show it as that name. */
export function sha(short: string): string {
  return short.padStart(40, "0");
}

/** Stores items of one kind as the service does. */
export async function storeDelivery(
  orgId: string,
  kind: string,
  items: Item[],
): Promise<DeliveryAnswer> {
  const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/store_delivery`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_SECRET_KEY"), "content-type": "application/json" },
    body: JSON.stringify({
      p_org_id: orgId,
      p_kind: kind,
      p_items: items.map((item) => ({ repository: "acme/shop", ...item })),
    }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
}

/** The same, for items that are all to be stored. */
export async function stored(orgId: string, kind: string, ...items: Item[]): Promise<void> {
  const answer = await storeDelivery(orgId, kind, items);
  assert.deepStrictEqual(answer, { stored: items.length, rejected: [] });
}

/** Everything that is kept of an organization's delivery. */
export async function deliveryState(orgId: string): Promise<DeliveryState> {
  const { state } = await sqlRow<{ state: DeliveryState | string }>(stateQuery, orgId);
  return typeof state === "string" ? JSON.parse(state) : state;
}

const stateQuery = `
with r as (select * from private.repositories where org_id = $1::uuid),
  list (kind, line) as (
    select 'repositories', full_name || coalesce(' ' || github_id, '') || case when archived then ' archived' else '' end from r
    union all
    select 'commits', concat_ws(' ', r.full_name, ltrim(c.sha, '0'), c.author, case when c.is_bot then 'bot' end, c.authored_at,
      '[' || (select string_agg(ltrim(p, '0'), ',') from unnest(c.parents) as p) || ']', '+' || c.additions,
      case when c.on_default_branch then 'on' else 'off' end, 'of ' || p.external_id)
    from private.commits c join r on r.id = c.repository_id left join private.pull_requests p on p.id = c.pull_request_id
    union all
    select 'pull_request_commits', concat_ws(' ', r.full_name, p.external_id, ltrim(b.sha, '0'), b.author, b.authored_at)
    from private.pull_request_commits b join private.pull_requests p on p.id = b.pull_request_id join r on r.id = p.repository_id
    union all
    select 'reviews', concat_ws(' ', r.full_name, p.external_id, v.external_id, v.reviewer, v.state, v.submitted_at)
    from private.reviews v join private.pull_requests p on p.id = v.pull_request_id join r on r.id = p.repository_id
    union all
    select 'releases', concat_ws(' ', r.full_name, v.external_id, v.tag, v.published_at)
    from private.releases v join r on r.id = v.repository_id
    union all
    select 'branches', concat_ws(' ', r.full_name, b.name, ltrim(b.sha, '0')) from private.branches b join r on r.id = b.repository_id
    union all
    select 'deployed', format('%s %s: %s', f.environment, ltrim(f.sha, '0'), d.external_id)
    from private.deployed_commits f join r on r.id = f.repository_id join private.deployments d on d.id = f.deployment_id
    where f.deployed_at = d.finished_at
    union all
    select 'changes', concat(k.environment, ' ', ltrim(k.sha, '0'), ' of ' || p.external_id, ': ' || d.external_id)
    from private.changes k join r on r.id = k.repository_id left join private.pull_requests p on p.id = k.pull_request_id
    left join private.deployments d on d.id = k.deployment_id and d.finished_at = k.deployed_at
    union all
    select 'links', format('%s: %s, %s', i.external_id, d.external_id, l.method)
    from private.incident_links l join private.incidents i on i.id = l.incident_id join r on r.id = i.repository_id
    join private.deployments d on d.id = l.deployment_id
  ),
  whole (kind, key, body) as (
    select 'pull_requests', r.full_name || p.external_id, to_jsonb(p) - '{id,org_id,repository_id}'::text[]
    from private.pull_requests p join r on r.id = p.repository_id
    union all
    select 'deployments', r.full_name || d.external_id, to_jsonb(d) - '{id,org_id,repository_id}'::text[]
    from private.deployments d join r on r.id = d.repository_id
    union all
    select 'incidents', r.full_name || i.external_id, to_jsonb(i) - '{id,org_id,repository_id}'::text[]
    from private.incidents i join r on r.id = i.repository_id
  )
select (
  select jsonb_object_agg(kind, (select coalesce(jsonb_agg(l.line order by l.line collate "C"), '[]') from list l where l.kind = kinds.kind))
  from unnest('{repositories,commits,pull_request_commits,reviews,releases,branches,deployed,changes,links}'::text[]) as kinds (kind)
) || (
  select jsonb_object_agg(kind, (select coalesce(jsonb_agg(w.body order by w.key collate "C"), '[]') from whole w where w.kind = kinds.kind))
  from unnest('{pull_requests,deployments,incidents}'::text[]) as kinds (kind)
) as state`;
