import assert from "node:assert/strict";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { type NewShare, newShare, openShare } from "../helpers/tenancy/shares.ts";

const days = { start: "2025-03-03", end: "2025-03-16" };
const before = { start: "2025-02-17", end: "2025-03-02" };

/** An organization whose persons did `open` on days of both weeks, and `secret` on the day after. */
async function tracked() {
  const owner = await newPerson();
  await api(`/orgs/${owner.orgId}`, {
    method: "PATCH",
    as: owner,
    body: { time_zone: "Etc/UTC" },
  });
  await trackEvents(owner.orgId, [
    ["2025-02-20T12:00:00Z", "open", "u:before"],
    ["2025-03-03T12:00:00Z", "open", "u:ann"],
    ["2025-03-16T12:00:00Z", "open", "u:bob"],
    ["2025-03-17T12:00:00Z", "secret", "u:ann"],
  ]);
  return owner;
}

/** A read by the reader of a link. */
function read(
  as: { token: string },
  path: string,
  query: Record<string, string> = {},
): Promise<Answer> {
  return api(path, { as, query: { compare: "none", ...query } });
}

Deno.test("a link shows its tabs and days, and their numbers are those that members read", async () => {
  const owner = await tracked();
  const reader = await openShare(await newShare(owner.orgId, { view: ["events", "delivery"] }));
  for (const path of ["/analytics", "/analytics/active-users", "/metrics/dora"]) {
    const theirs = await read(reader, path);
    assert.strictEqual(theirs.status, 200, theirs.text);
    const members = await read(owner, path, days);
    assert.deepStrictEqual(theirs.body, members.body, path);
  }
  const counted = (await read(reader, "/analytics")).body["metrics"] as {
    key: string;
    value: number;
  }[];
  assert.strictEqual(counted.find(({ key }) => key === "events")?.value, 2);
});

Deno.test("a link shows nothing beyond its tabs and days, nothing of one person, and nothing else", async () => {
  const owner = await tracked();
  const stranger = await newPerson();
  const reader = await openShare(await newShare(owner.orgId, { view: ["events"] }));
  const refused: [string, Record<string, string>][] = [
    // other tabs
    ["/dashboard/overview", {}],
    ["/metrics/dora", {}],
    ["/metrics", {}],
    ["/analytics/retention", {}],
    ["/analytics/funnel", { steps: "open,secret" }],
    ["/analytics/flow", { event: "open" }],
    // other days
    ["/analytics", { ...days, end: "2025-03-17" }],
    ["/analytics", { ...days, start: "2025-03-02" }],
    ["/analytics", before],
    ["/analytics", { compare: "previous" }],
    ["/analytics", { compare: "year" }],
    // what a tab of it does not ask
    ["/analytics/breakdown", { breakdown: "property", property: "email" }],
    ["/analytics", { gender: "Male" }],
    ["/analytics", { age_group: "18-40" }],
    // one person, and what is no read of a link at all
    ["/analytics/persons/u:ann", {}],
    ["/analytics/persons/u:ann/export", {}],
    ["/analytics/properties", {}],
    ["/analytics/drops", {}],
    ["/analytics/github/contributors", {}],
    ["/metrics/dora/filter-options", {}],
    ["/sessions", {}],
    ["/insights", {}],
    [`/orgs/${owner.orgId}`, {}],
    [`/orgs/${owner.orgId}/shares`, {}],
  ];
  for (const [path, query] of refused) {
    const answer = await api(path, {
      as: reader,
      query: path.startsWith("/analytics") && !path.includes("persons")
        ? { compare: "none", ...query }
        : query,
    });
    assert.ok(
      [403, 404].includes(answer.status),
      `${path} ${JSON.stringify(query)}: ${answer.text}`,
    );
    assert.ok(!answer.text.includes("u:ann"), answer.text);
  }
  assertProblem(await read(reader, "/analytics", { org_id: stranger.orgId }), 404, "not_found");
  const names = (await read(reader, "/analytics/events")).body["items"] as Record<
    string,
    unknown
  >[];
  assert.deepStrictEqual(names.map(({ event }) => event), ["open"]);
  assert.ok(names.every(({ example_properties }) => example_properties === null), "no one's event");
  assertProblem(
    await api("/track", { method: "POST", as: reader, body: { event: "mine", user_id: "u:x" } }),
    403,
    "forbidden",
  );
});

Deno.test("what a link compares with is part of what it shows", async () => {
  const owner = await tracked();
  const previous = await openShare(
    await newShare(owner.orgId, { view: ["events"], compare: "previous" }),
  );
  const answer = await read(previous, "/analytics", { compare: "previous" });
  assert.strictEqual(answer.status, 200, answer.text);
  const { body } = await read(owner, "/analytics", { ...days, compare: "previous" });
  assert.deepStrictEqual(answer.body, body);
  assertProblem(await read(previous, "/analytics", { compare: "year" }), 403, "forbidden");
  const year = await openShare(
    await newShare(owner.orgId, { view: ["events", "retention"], compare: "year" }),
  );
  for (const path of ["/analytics", "/analytics/retention"]) {
    const { status, text } = await read(year, path, { compare: "year" });
    assert.strictEqual(status, 200, text);
  }
  assertProblem(await read(year, "/analytics", { ...before }), 403, "forbidden");
});

Deno.test("rolling days end yesterday, where the organization is", async () => {
  const owner = await newPerson();
  const reader = await openShare(await newShare(owner.orgId, { view: ["events"], rolling: 7 }));
  const { today, yesterday, first } = await sqlRow<Record<"today" | "yesterday" | "first", string>>(
    `select to_char(now() at time zone o.time_zone, 'YYYY-MM-DD') as today,
       to_char(now() at time zone o.time_zone - interval '1 day', 'YYYY-MM-DD') as yesterday,
       to_char(now() at time zone o.time_zone - interval '7 days', 'YYYY-MM-DD') as first
     from public.organizations o where o.id = $1::uuid`,
    owner.orgId,
  );
  const { body, text } = await read(reader, "/analytics");
  const period = body["period"] as Record<string, unknown> | undefined;
  assert.deepStrictEqual([period?.["start"], period?.["end"]], [first, yesterday], text);
  assertProblem(await read(reader, "/analytics", { start: first, end: today }), 403, "forbidden");
});

Deno.test("a revoked or expired link opens nothing, and whoever had it open reads nothing", async () => {
  const owner = await tracked();
  const ends: ((share: NewShare) => Promise<unknown>)[] = [
    ({ id }) => api(`/orgs/${owner.orgId}/shares/${id}`, { method: "DELETE", as: owner }),
    ({ id }) => sql("update public.shares set expires_at = now() where id = $1::uuid", id),
    ({ id }) =>
      sql("update private.share_sessions set expires_at = now() where share_id = $1::uuid", id),
  ];
  for (const [place, end] of ends.entries()) {
    const share = await newShare(owner.orgId, { view: ["events"] });
    const reader = await openShare(share);
    assert.strictEqual((await read(reader, "/analytics")).status, 200);
    await end(share);
    assertProblem(await read(reader, "/analytics"), 401, "expired_token");
    if (place === 2) continue;
    const { id, secret } = share;
    assertProblem(
      await api("/orgs/shares/open", { method: "POST", body: { id, secret } }),
      404,
      "not_found",
    );
  }
});

Deno.test("a link is listed with how often it was opened, and never with what opens it", async () => {
  const owner = await newPerson();
  const share = await newShare(owner.orgId, { password: "correct horse" }, owner);
  assert.match(share.link ?? "", new RegExp(`/share/${share.id}#${share.secret}$`));
  const list = async () => {
    const answer = await api(`/orgs/${owner.orgId}/shares`, { as: owner });
    const [first] = answer.body["items"] as Record<string, unknown>[];
    return {
      text: answer.text,
      opens: first?.["opens"],
      has_password: first?.["has_password"],
      by: first?.["created_by"],
    };
  };
  const { text: _, ...fresh } = await list();
  assert.deepStrictEqual(fresh, { opens: 0, has_password: true, by: owner.id });
  await openShare(share, "correct horse");
  await openShare(share, "correct horse");
  const { text, opens } = await list();
  assert.strictEqual(opens, 2);
  const audit = await api(`/orgs/${owner.orgId}/audit`, {
    as: owner,
    query: { object_type: "share" },
  });
  const [made, ...rest] = audit.body["items"] as Record<string, unknown>[];
  assert.deepStrictEqual([made?.["action"], rest], ["share.created", []], "opening is no change");
  const stored = await sqlRow<{ secret_hash: string; password_hash: string }>(
    "select secret_hash, password_hash from public.shares where id = $1::uuid",
    share.id,
  );
  assert.match(stored.password_hash, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  for (const kept of [share.secret, "correct horse", stored.secret_hash, stored.password_hash]) {
    assert.ok(!text.includes(kept) && !audit.text.includes(kept), "a secret is answered");
    assert.notStrictEqual(stored.secret_hash, share.secret);
  }
});

Deno.test("a password is asked for, compared, and guessed a few times only", async () => {
  const owner = await newPerson();
  const { id, secret } = await newShare(owner.orgId, { password: "correct horse" });
  const open = (changes: Record<string, string> = {}) =>
    api("/orgs/shares/open", { method: "POST", body: { id, secret, ...changes } });
  assertProblem(await open(), 401, "password_required");
  assertProblem(await open({ password: "correct horsf" }), 403, "wrong_password");
  assert.strictEqual((await open({ password: "correct horse" })).status, 200);
  // Whoever does not have the link learns nothing of its password.
  const other = "A".repeat(43);
  assertProblem(await open({ secret: other, password: "correct horse" }), 404, "not_found");
  assertProblem(await open({ secret: other }), 404, "not_found");
  const left = 19;
  for (let guess = 0; guess < left; guess++) {
    assertProblem(await open({ password: `guess ${guess} of it` }), 403, "wrong_password");
  }
  assertProblem(await open({ password: "correct horse" }), 429, "rate_limited");
  const another = await newShare(owner.orgId, { password: "correct horse" });
  await openShare(another, "correct horse");
});

Deno.test("the range of a link is one of days, and exactly one of both kinds", async () => {
  const owner = await newPerson();
  const make = (changes: Record<string, unknown>) =>
    api(`/orgs/${owner.orgId}/shares`, {
      method: "POST",
      as: owner,
      body: { name: "A", view: ["events"], expires_at: "2100-01-01T00:00:00Z", ...changes },
    });
  const refusals: [Record<string, unknown>, string][] = [
    [{}, "rolling"],
    [{ rolling: 7, range: days }, "rolling"],
    [{ range: { start: "2025-03-16", end: "2025-03-03" } }, "range.end"],
    [{ rolling: 367 }, "rolling"],
    [{ rolling: 7, view: ["events", "events"] }, "view"],
    [{ rolling: 7, view: [] }, "view"],
    [{ rolling: 7, expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
  ];
  for (const [changes, path] of refusals) {
    assertProblem(await make(changes), 422, "validation_failed", [path]);
  }
});
