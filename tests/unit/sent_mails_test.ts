import assert from "node:assert/strict";
import { SentMails } from "../../supabase/functions/_shared/mail/sent_mails.ts";

interface Sent {
  id: string;
  to: string[];
  subject: string;
  created_at: string;
}

/** A provider that has sent `mails` (the newest first) and gives two a page; answers what was asked of it, too. */
async function withProvider<Result>(
  mails: Sent[] | number,
  work: (sent: SentMails) => Promise<Result>,
): Promise<{ result: Result; asked: number }> {
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked++;
    if (typeof mails === "number") return new Response(null, { status: mails });
    const after = new URL(request.url).searchParams.get("after");
    const from = mails.findIndex(({ id }) => id === after) + 1;
    return Response.json({ data: mails.slice(from, from + 2), has_more: from + 2 < mails.length });
  });
  try {
    const apiUrl = `http://127.0.0.1:${server.addr.port}`;
    return { result: await work(new SentMails({ apiUrl, apiKey: "re_key" })), asked };
  } finally {
    await server.shutdown();
  }
}

const mail = (id: string, to: string, created_at: string): Sent => ({
  id,
  to: [to],
  subject: "Your week",
  created_at,
});
const mails = [
  mail("5", "eve@example.test", "2026-11-18T10:00:00Z"),
  mail("4", "Ada@example.test", "2026-11-17T10:00:00Z"),
  mail("3", "eve@example.test", "2026-11-16T10:00:00Z"),
  mail("2", "bob@example.test", "2026-11-16T09:00:00Z"),
  mail("1", "old@example.test", "2026-11-09T09:00:00Z"),
];
const since = "2026-11-16T09:30:00Z";
const subject = "Your week";

Deno.test("SentMails finds a mail by whom it went to, what it says and when", async () => {
  const { result, asked } = await withProvider(mails, (sent) =>
    Promise.all([
      sent.find({ to: "ada@example.test", subject, since }),
      sent.find({ to: "ada@example.test", subject: "Another week", since }),
      sent.find({ to: "bob@example.test", subject, since }),
      sent.find({ to: "old@example.test", subject, since: "2026-11-09T09:04:00Z" }),
    ]));
  assert.deepStrictEqual(result, [
    { kind: "sent", messageId: "4" },
    { kind: "not_sent" },
    { kind: "not_sent" },
    { kind: "sent", messageId: "1" },
  ]);
  assert.strictEqual(asked, 3, "each page once");
});

Deno.test("SentMails does not know what the provider does not say", async () => {
  const { result } = await withProvider(
    401,
    (sent) => sent.find({ to: "ada@example.test", subject, since }),
  );
  assert.deepStrictEqual(result, {
    kind: "unknown",
    code: "outcome_unknown",
    error: "the list of sent mails: 401",
    retryAfter: null,
    rateLimited: false,
  });
});
