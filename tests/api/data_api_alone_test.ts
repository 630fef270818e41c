import assert from "node:assert/strict";
import { api, type Credential } from "../helpers/stack/api.ts";
import { dataApi } from "../helpers/stack/data_api.ts";
import { sql } from "../helpers/stack/database.ts";
import { type Arguments, goodCalls } from "../helpers/inputs/data_api_samples.ts";
import { wrongCopies, wrongValues } from "../helpers/inputs/data_api_inputs.ts";
import { newOrganization, newPerson, type Person } from "../helpers/tenancy/people.ts";
import { accessRows } from "./access_table.ts";
import { samples } from "./route_samples.ts";

/**
 * What a signed-in person can do with nothing but their token, past the functions: every SQL function and every column that is
 * granted to clients, as the catalog of the database lists them, with wrong shapes. No call may fail for a reason that is not the
 * caller's, and afterwards every route still answers their organization.
 */

interface SqlFunction {
  name: string;
  args: { name: string; type: string; has_default: boolean }[];
}

interface Column {
  table: string;
  name: string;
  type: string;
  operation: "INSERT" | "UPDATE";
}

Deno.test("no wrong shape through the data API fails a call, or a read afterwards", async (t) => {
  const org = (await newOrganization({ name: "Fuzzed" })).id;
  const [owner, member, viewer] = await Promise.all([
    newPerson({ role: "owner", org }),
    newPerson({ role: "member", org }),
    newPerson({ role: "viewer", org }),
  ]);
  await newPerson({ role: "owner", org });
  const good = goodCalls(org);
  for (const one of await grantedFunctions()) {
    await t.step(`${one.name}()`, async () => {
      const calls = callsOf(one, org, owner, good[one.name]);
      const faults: string[] = [];
      for (const [at, call] of calls.entries()) {
        // The owner may do whatever the others may; these are refused sooner, which a part of the calls shows.
        const actors = [
          owner,
          ...at % 3 === 0 ? [member] : [],
          ...at % 7 === 0 ? [viewer, "anon" as const] : [],
        ];
        for (const actor of actors) faults.push(...await post(`rpc/${one.name}`, call, actor));
      }
      assert.deepStrictEqual(faults.slice(0, 10), [], `${faults.length} of ${calls.length}`);
    });
  }
  await t.step("columns of tables", async () => {
    const faults: string[] = [];
    for (const call of await writesOf(member)) {
      for (const actor of [member, viewer]) {
        faults.push(...await post(call.path, call.body, actor, call.method));
      }
    }
    assert.deepStrictEqual(faults.slice(0, 10), [], String(faults.length));
  });
  await t.step("and every read answers", async () => {
    await restoreMember(org, owner);
    const faults: string[] = [];
    for (const { route, expected } of accessRows()) {
      const [method, path = ""] = route.split(" ");
      if (method !== "GET") continue;
      const sample = samples[route];
      assert.ok(sample, route);
      const { params = {}, ...request } = await sample.valid(owner);
      const named = Object.entries(params).reduce(
        (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
        path.slice("/v1".length),
      );
      const as: Credential = expected.owner < 300 ? owner : "service";
      if (expected.owner >= 300 && expected.service >= 300) continue;
      const answer = await api(named, { ...request, as, method });
      if (answer.status >= 300) {
        faults.push(`${route}: ${answer.status} ${answer.text.slice(0, 1000)}`);
      }
    }
    assert.deepStrictEqual(faults, []);
  });
});

/** One argument wrong at a time beside good ones, and every place inside of JSON. */
function callsOf(
  { args }: SqlFunction,
  org: string,
  owner: Person,
  samplesOf: Arguments[] = [{}],
): Arguments[] {
  assert.ok(
    samplesOf.length > 0 &&
      (Object.keys(samplesOf[0] ?? {}).length > 0 || !args.some(({ type }) => type === "jsonb")),
    "takes JSON: give it a good call in data_api_samples.ts",
  );
  return samplesOf.flatMap((sample, place) => {
    const base: Arguments = {};
    for (const { name, type, has_default } of args) {
      if (Object.hasOwn(sample, name)) base[name] = sample[name];
      else if (name === "p_org_id") base[name] = org;
      else if (!has_default) base[name] = plausible(name, type, owner);
    }
    return [
      base,
      {},
      ...(place > 0
        ? []
        : args.flatMap(({ name, type }) =>
          wrongValues(type).map((wrong) => ({ ...base, [name]: wrong }))
        )),
      ...args.filter(({ type, name }) => type === "jsonb" && sample[name] !== undefined).flatMap((
        { name },
      ) => wrongCopies(sample[name]).map((wrong) => ({ ...base, [name]: wrong }))),
    ];
  });
}

function plausible(name: string, type: string, owner: Person): unknown {
  if (type === "uuid") return name === "p_user_id" ? owner.id : crypto.randomUUID();
  if (type === "text") {
    return name === "p_metric" ? "lead_time" : name === "p_by" ? "gender" : "u:ada";
  }
  if (type === "text[]") return ["export_clicked", "saved"];
  if (type === "integer" || type === "bigint") return 1;
  if (type === "date") return "2026-11-16";
  if (type === "boolean") return true;
  if (type === "interval") return "1 hour";
  if (type.startsWith("timestamp")) return "2026-11-16T00:00:00Z";
  return null;
}

async function writesOf(member: Person) {
  const columns = await grantedColumns();
  const row: Record<string, Arguments> = {
    "public.metrics": {
      user_id: member.id,
      source_name: "fuzz",
      metric_date: "2026-11-16",
      metric_name: "sessions",
      metric_value: 1,
      dimensions: { page: "a" },
      meta: { note: "b" },
    },
    "public.digest_preferences": { user_id: member.id, enabled: true },
    "public.users": { username: "fuzzed", age: 36, gender: "Other" },
  };
  return columns.flatMap(({ table, name, type, operation }) => {
    const good = row[table];
    assert.ok(good && Object.hasOwn(good, name), `give ${table}.${name} a good value`);
    const wrong = [
      ...wrongValues(type),
      ...(type === "jsonb" ? wrongCopies(good[name]) : []),
    ];
    const path = table.replace("public.", "");
    return wrong.map((value) =>
      operation === "INSERT"
        ? { method: "POST", path, body: { ...good, [name]: value } }
        : { method: "PATCH", path: `${path}?${filter(table, member)}`, body: { [name]: value } }
    );
  });
}

function filter(table: string, member: Person): string {
  return `${table === "public.users" ? "id" : "user_id"}=eq.${member.id}`;
}

async function post(
  path: string,
  body: Arguments,
  actor: Person | "anon",
  method = "POST",
): Promise<string[]> {
  const { status, text } = await dataApi(method, path, body, actor);
  if (status < 500 || isOfStandIn(text)) return [];
  return [
    `${method} ${path} ${JSON.stringify(body).slice(0, 300)}: ${status} ${text.slice(0, 200)}`,
  ];
}

/**
 * What the local stand-in of the data API cannot hand to the database at all and answers 500 or 503 to: an object where a text or a
 * day belongs, and anything but a list where a list does. PostgREST answers 400.
 */
function isOfStandIn(answer: string): boolean {
  return answer.includes('"code":"SUP"') || answer.includes("insufficient data left in message");
}

/** The owner may have made themselves something else, and the routes are asked as the owner. */
async function restoreMember(org: string, owner: Person): Promise<void> {
  await sql(
    `insert into public.memberships (org_id, user_id, role) values ($1::uuid, $2::uuid, 'owner')
     on conflict (org_id, user_id) do update set role = 'owner'`,
    org,
    owner.id,
  );
  await sql("update public.users set org_id = $1::uuid where id = $2::uuid", org, owner.id);
}

async function grantedFunctions(): Promise<SqlFunction[]> {
  return await sql<SqlFunction>(`
    select p.proname as name, coalesce((
      select jsonb_agg(jsonb_build_object('name', arg.name, 'type', format_type(arg.type, null),
        'has_default', arg.at > p.pronargs - p.pronargdefaults) order by arg.at)
      from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) with ordinality as arg (name, type, at)), '[]') as args
    from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
      and (has_function_privilege('anon', p.oid, 'execute') or has_function_privilege('authenticated', p.oid, 'execute'))
      and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1`);
}

async function grantedColumns(): Promise<Column[]> {
  return await sql<Column>(`
    select distinct 'public.' || c.relname as table, a.attname as name, format_type(a.atttypid, null) as type, may.operation
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join (values ('INSERT'), ('UPDATE')) as may (operation)
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and (has_column_privilege('authenticated', c.oid, a.attnum, may.operation)
        or has_column_privilege('anon', c.oid, a.attnum, may.operation))
      and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1, 2, 4`);
}
