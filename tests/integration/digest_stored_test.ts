import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();
const { app } = await import("../../supabase/functions/digest/app.ts");
/** What the function wrote to the console. */
const lines: string[] = [];
console.log = console.error = (line: unknown) => lines.push(String(line));

Deno.test("without a mail provider a digest is stored, once, and the log names no address", async () => {
  const { id, email } = await seedPerson();
  const weekly = async () => {
    const response = await app.fetch(
      new Request("http://localhost/digest/weekly", {
        method: "POST",
        headers: {
          authorization: `Bearer ${testEnv("TEST_API_SECRET_KEY")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ scope: "email", email, week: "2026-11-11" }),
      }),
    );
    const { sent, stored, skipped } = await response.json();
    return { status: response.status, sent, stored, skipped };
  };
  assert.deepStrictEqual(await weekly(), { status: 200, sent: 0, stored: 1, skipped: 0 });
  assert.deepStrictEqual(await weekly(), { status: 200, sent: 0, stored: 0, skipped: 1 });
  assert.deepStrictEqual(await mailControl(testEnv("TEST_MAIL_URL")).requestsFor(email), []);
  const kept = await sqlRow(
    "select state, sent_at, subject, body_text <> '' as text, body_html <> '' as html from public.digests where user_id = $1::uuid",
    id,
  );
  assert.deepStrictEqual(kept, {
    state: "stored",
    sent_at: null,
    subject: "Your week: no numbers arrived, Nov 9–15, 2026",
    text: true,
    html: true,
  });
  const ours = lines.filter((line) => line.startsWith("[WEEKLY DIGEST]"))
    .map((line) => line.replace(/run=\S+/, "run=…"));
  assert.deepStrictEqual(ours, [
    "[WEEKLY DIGEST] start run=… trigger=service scope=email",
    "[WEEKLY DIGEST] done run=… status=ok sent=0 stored=1 skipped=0 failed=0 pending=0",
    "[WEEKLY DIGEST] start run=… trigger=service scope=email",
    "[WEEKLY DIGEST] done run=… status=ok sent=0 stored=0 skipped=1 failed=0 pending=0",
  ]);
  for (const line of lines) assert.doesNotMatch(line, /@/);
});

Deno.test("without a webhook secret delivery events are not ready", async () => {
  const response = await app.fetch(
    new Request("http://localhost/digest/events", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }),
  );
  assert.strictEqual(response.status, 503);
  assert.strictEqual((await response.json())["code"], "not_ready");
});

Deno.test("on hosted Supabase's own domain, which shows no HTML, unsubscribing works by a link", async () => {
  const { signUnsubscribe } = await import(
    "../../supabase/functions/digest/unsubscribe_token.ts"
  );
  const { id } = await seedPerson();
  const token = signUnsubscribe(id, Date.now() / 1000 + 60, testEnv("TEST_SIGNING_SECRET"));
  const response = await app.fetch(
    new Request(`https://abcdefghijklmnopqrst.supabase.co/digest/unsubscribe?token=${token}`, {
      headers: { accept: "text/html" },
    }),
  );
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
  assert.match(await response.text(), /&confirm=yes$/m);
});
