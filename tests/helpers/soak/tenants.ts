import assert from "node:assert/strict";
import { testEnv } from "../stack/api.ts";
import { sql } from "../stack/database.ts";
import type { Person } from "../tenancy/people.ts";
import { tally } from "./tally.ts";

/** A table of the data API and the columns of it that a signed-in person may read. */
interface Table {
  name: string;
  columns: string[];
}

/**
 * Asks the data API, as somebody of another organization, for every table and to change and remove every row of it, with and without naming
 * whose. Answers how many calls that were.
 * @throws AssertionError when a row of the organization comes back, or is no longer as it was
 */
export async function askAsStranger(owner: Person, stranger: Person): Promise<number> {
  const before = await rowsOf(owner.orgId);
  let calls = 0;
  for (const table of await readableTables()) {
    for (const request of requestsFor(table, owner)) {
      const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/${request.path}`, {
        method: request.method,
        headers: {
          apikey: testEnv("TEST_PUBLISHABLE_KEY"),
          authorization: `Bearer ${stranger.token}`,
          "content-type": "application/json",
          prefer: "return=representation",
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      const text = await response.text();
      const said = `${request.method} ${request.path}: ${response.status} ${text.slice(0, 500)}`;
      assert.ok(response.status < 500, said);
      for (const mark of [owner.orgId, owner.id, owner.email]) {
        // A refusal may repeat what was asked for; rows are a list.
        if (text.startsWith("[")) assert.ok(!text.includes(mark), said);
      }
      calls++;
    }
  }
  assert.deepStrictEqual(await rowsOf(owner.orgId), before);
  tally("data API calls across tenants", calls);
  return calls;
}

function* requestsFor({ name, columns }: Table, { orgId, id }: Person) {
  const select = `select=${columns.join(",")}`;
  const filters = ["", ...whose(columns, orgId, id)];
  for (const filter of filters) yield { method: "GET", path: `${name}?${select}${filter}` };
  const [column = ""] = columns;
  for (const filter of filters.slice(1)) {
    yield { method: "PATCH", path: `${name}?${select}${filter}`, body: { [column]: null } };
    yield { method: "DELETE", path: `${name}?${select}${filter}` };
  }
  if (columns.includes("org_id")) {
    yield { method: "POST", path: `${name}?${select}`, body: { org_id: orgId, user_id: id } };
  }
}

function whose(columns: string[], orgId: string, userId: string): string[] {
  const filters: string[] = [];
  if (columns.includes("org_id")) filters.push(`&org_id=eq.${orgId}`);
  if (columns.includes("user_id")) filters.push(`&user_id=eq.${userId}`);
  if (columns.includes("id")) filters.push(`&id=in.(${orgId},${userId})`);
  return filters;
}

async function readableTables(): Promise<Table[]> {
  return await sql<Table & Record<string, unknown>>(
    `select table_name::text as name, json_agg(column_name::text order by column_name) as columns
     from information_schema.column_privileges
     where table_schema = 'public' and grantee = 'authenticated' and privilege_type = 'SELECT'
     group by 1 order by 1`,
  );
}

/** A checksum of an organization's rows in each table that has an organization. */
async function rowsOf(orgId: string): Promise<Record<string, unknown>[]> {
  const tables = await sql<{ name: string }>(
    `select c.table_name::text as name from information_schema.columns c
     join pg_catalog.pg_class t on t.oid = format('public.%I', c.table_name)::regclass and t.relkind in ('r', 'p')
     where c.table_schema = 'public' and c.column_name = 'org_id' order by 1`,
  );
  const parts = tables.map(({ name }) =>
    `select '${name}' as name, count(*)::int as n, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as hash
     from public.${name} t where org_id = $1::uuid`
  );
  return await sql(`${parts.join(" union all ")} order by name`, orgId);
}
