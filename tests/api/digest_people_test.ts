import assert from "node:assert/strict";
import { signUnsubscribe } from "../../supabase/functions/digest/unsubscribe_token.ts";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newEmail, newOrganization, newPerson, seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));
const week = "2026-11-11";

interface Preference {
  email: string;
  enabled: boolean;
  suppressed_reason: string | null;
  schedule: Record<string, unknown>;
}

async function preferenceOf(email: string): Promise<Preference> {
  const answer = await api<Preference>("/digest/preferences", { as: "service", query: { email } });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

async function send(email: string): Promise<Record<string, unknown>> {
  const body = { scope: "email", email, week };
  const answer = await api("/digest/weekly", { method: "POST", as: "service", body });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

// preview ----------------------------------------------------------------------------------------------------------------

Deno.test("GET /digest/preview shows the digest as JSON, text and HTML and stores nothing", async () => {
  const org = await newOrganization({ name: "<b>Studio</b> & Co" });
  const { email, id } = await seedPerson({ org: org.id });
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: {
      email,
      source_name: "ga4",
      metric_date: "2026-11-10",
      data: { sessions: 120, conversions: 30 },
    },
  });
  const preview = (format?: string) =>
    api<{ subject: string; totals: { key: string; value: number | null }[] }>("/digest/preview", {
      as: "service",
      query: { email, week, format },
    });

  const json = await preview();
  assert.strictEqual(json.status, 200, json.text);
  assert.strictEqual(json.body.subject, "Your week: Conversions 30, Nov 9–15, 2026");
  assert.deepStrictEqual(json.body.totals.map(({ key, value }) => [key, value]), [
    ["sessions", 120],
    ["conversions", 30],
    ["ig_reach", null],
    ["engagement", null],
  ]);
  const text = await preview("text");
  assert.match(text.headers.get("content-type") ?? "", /^text\/plain/);
  assert.match(text.text, /^<b>Studio<\/b> & Co: your week\n/);
  const html = await preview("html");
  assert.match(html.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(html.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.ok(html.text.includes("&#60;b&#62;Studio&#60;/b&#62; &#38; Co"));
  assert.match(html.text, /unsubscribe\?token=preview"/);
  assertProblem(await preview("pdf"), 422, "validation_failed", ["format"]);
  assert.deepStrictEqual(
    await sql("select id from public.digests where user_id = $1::uuid", id),
    [],
  );
});

Deno.test("GET /digest/preview shows people their own digest and their organization's, nobody else's", async () => {
  const owner = await newPerson();
  const viewer = await newPerson({ role: "viewer", org: owner.orgId });
  const stranger = await newPerson();
  const status = async (as: { token: string }, email?: string) =>
    (await api("/digest/preview", { as, query: { email, week } })).status;
  assert.strictEqual(await status(owner), 200);
  assert.strictEqual(await status(viewer, owner.email), 200);
  assert.strictEqual(await status(stranger, owner.email), 404);
});

// preferences ------------------------------------------------------------------------------------------------------------

Deno.test("PUT /digest/preferences turns one's own digest off and on", async () => {
  const person = await newPerson();
  const put = (body: unknown) =>
    api<Preference>("/digest/preferences", { method: "PUT", as: person, body });
  const off = await put({ enabled: false });
  assert.strictEqual(off.status, 200, off.text);
  assert.strictEqual(off.body.enabled, false);
  assert.strictEqual((await send(person.email))["skipped"], 1);
  assert.deepStrictEqual(await mail.mailsTo(person.email), []);

  assert.strictEqual((await put({ enabled: true })).body.enabled, true);
  assert.strictEqual((await send(person.email))["sent"], 1);
  assertProblem(await put({ enabled: "yes" }), 422, "validation_failed", ["enabled"]);
  assertProblem(await put({ enabled: true, weekly: 1 }), 422, "validation_failed", ["weekly"]);
});

Deno.test("digest preferences are personal", async () => {
  const owner = await newPerson();
  const member = await newPerson({ role: "member", org: owner.orgId });
  const stranger = await newPerson();
  const query = { email: member.email };
  for (const method of ["GET", "PUT"]) {
    const request = { method, query, ...(method === "PUT" ? { body: { enabled: false } } : {}) };
    assertProblem(
      await api("/digest/preferences", { ...request, as: owner }),
      403,
      "forbidden",
    );
    assertProblem(
      await api("/digest/preferences", { ...request, as: stranger }),
      404,
      "user_not_found",
    );
    assert.strictEqual((await api("/digest/preferences", { ...request, as: member })).status, 200);
  }
  assertProblem(
    await api("/digest/preferences", { as: "service" }),
    422,
    "validation_failed",
  );
});

Deno.test("GET /digest/preferences answers yes for who never chose, and when it is due", async () => {
  const { email } = await seedPerson();
  assert.deepStrictEqual(await preferenceOf(email), {
    email,
    enabled: true,
    suppressed_reason: null,
    updated_at: null,
    schedule: { weekday: 1, hour: 8, time_zone: "America/Los_Angeles" },
  });
});

// unsubscribe ------------------------------------------------------------------------------------------------------------

const inAnHour = () => Date.now() / 1000 + 3600;

function tokenFor(userId: string, expiresAt = inAnHour()): string {
  return signUnsubscribe(userId, expiresAt, testEnv("TEST_SIGNING_SECRET"));
}

Deno.test("one click on the mail's List-Unsubscribe header unsubscribes", async () => {
  const { email } = await seedPerson();
  await send(email);
  const headers = (await mail.mailsTo(email))[0]?.headers ?? {};
  assert.strictEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
  const url = /^<(.+)>$/.exec(headers["List-Unsubscribe"] ?? "")?.[1];
  assert.ok(url);
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });
  assert.strictEqual(response.status, 200, await response.text());
  const { enabled, suppressed_reason } = await preferenceOf(email);
  assert.deepStrictEqual({ enabled, suppressed_reason }, {
    enabled: false,
    suppressed_reason: "unsubscribed",
  });
});

Deno.test("one click works as multipart form data and without a body", async () => {
  for (const multipart of [true, false]) {
    const { id, email } = await seedPerson();
    const form = new FormData();
    form.set("List-Unsubscribe", "One-Click");
    const response = await fetch(
      `${testEnv("TEST_URL")}/functions/v1/digest/unsubscribe?token=${tokenFor(id)}`,
      { method: "POST", ...(multipart ? { body: form } : {}) },
    );
    assert.strictEqual(response.status, 200, await response.text());
    assert.strictEqual((await preferenceOf(email)).enabled, false);
  }
});

Deno.test("GET /digest/unsubscribe only asks, by a button where HTML is read and by a link elsewhere", async () => {
  const { id, email } = await seedPerson();
  const token = tokenFor(id);
  const page = await api("/digest/unsubscribe", {
    query: { token },
    headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
  });
  assert.strictEqual(page.status, 200, page.text);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.strictEqual(page.headers.get("referrer-policy"), "no-referrer");
  assert.match(page.text, /<form method="post">/);

  const text = await api("/digest/unsubscribe", { query: { token } });
  assert.match(text.headers.get("content-type") ?? "", /^text\/plain/);
  assert.strictEqual((await preferenceOf(email)).enabled, true);

  const link = /^(http\S+)$/m.exec(text.text)?.[1];
  assert.ok(link !== undefined && link.endsWith("&confirm=yes"), text.text);
  const done = await fetch(link);
  assert.strictEqual(done.status, 200, await done.text());
  assert.strictEqual((await preferenceOf(email)).enabled, false);
});

Deno.test("/digest/unsubscribe refuses forged and expired tokens and changes nothing", async () => {
  const { id, email } = await seedPerson();
  const other = await seedPerson();
  const token = tokenFor(id);
  const refused: [string, number, string][] = [
    [token.replace(id, other.id), 400, "invalid_signature"],
    [`${token}A`, 400, "invalid_signature"],
    ["preview", 400, "invalid_signature"],
    [tokenFor(id, Date.now() / 1000 - 1), 410, "gone"],
  ];
  for (const [bad, status, code] of refused) {
    for (const method of ["GET", "POST"]) {
      const query = { token: bad, ...(method === "GET" ? { confirm: "yes" } : {}) };
      assertProblem(await api("/digest/unsubscribe", { method, query }), status, code);
    }
  }
  assertProblem(await api("/digest/unsubscribe"), 422, "validation_failed", ["token"]);
  const wrongType = await api("/digest/unsubscribe", {
    method: "POST",
    query: { token },
    body: {},
  });
  assertProblem(wrongType, 415, "unsupported_media_type");
  assert.strictEqual((await preferenceOf(email)).enabled, true);
  assert.strictEqual((await preferenceOf(other.email)).enabled, true);
});

// row-level security -----------------------------------------------------------------------------------------------------

Deno.test("members see which digests went out, not what was in them; strangers see nothing", async () => {
  const owner = await newPerson();
  const viewer = await newPerson({ role: "viewer", org: owner.orgId });
  const stranger = await newPerson();
  await send(owner.email);
  const read = async (what: string, token?: string) => {
    const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/${what}`, {
      headers: {
        apikey: testEnv("TEST_PUBLISHABLE_KEY"),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
    const rows: unknown = await response.json();
    return Array.isArray(rows) ? rows : response.status;
  };
  const expected = [{ user_id: owner.id, week_start: "2026-11-09", state: "sent" }];
  const columns = "digests?select=user_id,week_start,state";
  assert.deepStrictEqual(await read(columns, owner.token), expected);
  assert.deepStrictEqual(await read(columns, viewer.token), expected);
  assert.deepStrictEqual(await read(columns, stranger.token), []);
  for (const token of [owner.token, viewer.token, undefined]) {
    for (
      const secret of [
        "digests?select=body_text",
        "digests?select=envelope",
        "digest_runs?select=id",
        "digest_events?select=id",
        "digest_schedule?select=org_id",
      ]
    ) {
      const refusal = await read(secret, token);
      assert.ok(refusal === 401 || refusal === 403, `${secret}: ${JSON.stringify(refusal)}`);
    }
  }
  assert.ok([401, 403].includes(Number(await read(columns))));
});

Deno.test("an unknown person is a 404 everywhere", async () => {
  const query = { email: newEmail() };
  for (const path of ["/digest/preview", "/digest/preferences"]) {
    assertProblem(await api(path, { as: "service", query }), 404, "user_not_found");
  }
});
