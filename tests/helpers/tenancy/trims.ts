import { sql, sqlRow } from "../stack/database.ts";

/** A day so many days before today, in UTC. */
export function dayAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

/** Says for how many days an organization keeps rows of a kind. */
export async function keepFor(org: string, kind: string, days: number | null): Promise<void> {
  await sql(
    `insert into private.data_retention (org_id, kind, days) values ($1::uuid, $2::private.data_kind, $3::int)
     on conflict (org_id, kind) do update set days = excluded.days`,
    org,
    kind,
    days,
  );
}

/** Trims an organization's rows of a kind to the end, so many at a time, as the nights do; answers in how many steps. */
export async function trim(org: string, kind: string, limit = 5000): Promise<number> {
  await waits(org, kind);
  for (let steps = 1; steps < 200; steps++) {
    await sql("select private.trim_rows(now(), 0, $1::int)", limit);
    const { done } = await sqlRow<{ done: boolean }>(
      "select next_at = 'infinity' as done from private.trims where org_id = $1::uuid and kind = $2::private.data_kind",
      org,
      kind,
    );
    if (done) return steps;
  }
  throw new Error(`${kind} of ${org} is not trimmed to the end`);
}

/** Has an organization's rows of a kind wait to be trimmed, before all others. */
export async function waits(org: string, kind: string): Promise<void> {
  await sql(
    `insert into private.trims (org_id, kind, next_at) values ($1::uuid, $2::private.data_kind, '-infinity')
     on conflict (org_id, kind) do update set next_at = '-infinity'`,
    org,
    kind,
  );
}

/** What the audit log says was removed. */
export async function removedFrom(org: string): Promise<Record<string, unknown>[]> {
  return await sql(
    `select after ->> 'kind' as kind, (after ->> 'rows')::int as rows, after ->> 'before' as before, actor_kind
     from public.audit_log where org_id = $1::uuid and action = 'data.trimmed' order by id`,
    org,
  );
}
