import assert from "node:assert/strict";
import { composeMail } from "../../supabase/functions/digest/mail.ts";
import { renderHtml } from "../../supabase/functions/digest/render_html.ts";
import { renderText, subjectOf } from "../../supabase/functions/digest/render_text.ts";
import { reportOf } from "../../supabase/functions/digest/report.ts";
import { contentOf } from "../helpers/digest/digest_content.ts";

const links = {
  dashboard: "https://app.example.test/",
  preferences: "https://app.example.test/settings/digest",
  unsubscribe: "https://api.example.test/digest/unsubscribe?token=a&b=c",
};
const tiles = {
  sessions: { days: [210, 340, 200, 190, 180, 200, 200.25], previous: 1216 },
  conversions: { days: [5, 15, 8, 4, 6, 7, 3], previous: 40 },
  ig_reach: { days: [0, 1, 2, 1_234_567, 4, 5, 6], previous: 2_000_000 },
  engagement: { previous: 812 },
};
const hostile = `<script>alert("x")</script>\r\nBcc: a@b.c <img src=https://evil.test/x.png> & 'q'`;

Deno.test("renderText() holds every number of the digest", () => {
  assert.strictEqual(
    renderText(reportOf(contentOf(tiles)), links),
    `Example: your week
Nov 9–15, 2026 (America/Los_Angeles)

Sessions: 1,520.25 (+25%, from 1,216)
Conversions: 48 (+20%, from 40)
Instagram reach: 1,234,585 (−38.3%, from 2,000,000)
Engagement: – (no data this week)

WHAT STANDS OUT
- Engagement went quiet: nothing arrived this week, after 7 numbers the week before.
- Instagram reach dropped 38.3%, from 2,000,000 to 1,234,585.
- Sessions grew 25%, from 1,216 to 1,520.25.
- Conversions grew 20%, from 40 to 48.
- 3.2% of sessions converted, down 0.1 points on the week before.

Best day: Tuesday, Nov 10 (15 conversions, 340 sessions)

DAY BY DAY
            Sessions  Conversions  Instagram reach  Engagement
Mon Nov 9        210            5                0           –
Tue Nov 10       340           15                1           –
Wed Nov 11       200            8                2           –
Thu Nov 12       190            4        1,234,567           –
Fri Nov 13       180            6                4           –
Sat Nov 14       200            7                5           –
Sun Nov 15    200.25            3                6           –

Dashboard: https://app.example.test/
Settings: https://app.example.test/settings/digest
Unsubscribe: https://api.example.test/digest/unsubscribe?token=a&b=c
`,
  );
});

Deno.test("renderHtml() holds every number of the digest and its links", () => {
  const html = renderHtml(reportOf(contentOf(tiles)), links);
  const report = reportOf(contentOf(tiles));
  const shown = html.replace(/<style>[\s\S]*?<\/style>/, "").replaceAll(/<[^>]*>/g, "\n");
  const numbers = [
    ...report.days.flatMap((day) => [day.sessions, day.conversions, day.ig_reach]),
    ...report.totals.flatMap((total) => [total.value]),
  ].filter((value) => value !== null).map((value) => value.toLocaleString("en-US"));
  for (const number of numbers) assert.ok(shown.includes(`\n${number}\n`), number);
  for (const { text } of report.findings) {
    assert.ok(shown.includes(text.replaceAll("'", "&#39;")), text);
  }
  assert.ok(html.includes('href="https://app.example.test/"'));
  assert.ok(html.includes('href="https://app.example.test/settings/digest"'));
  assert.ok(html.includes('href="https://api.example.test/digest/unsubscribe?token=a&#38;b=c"'));
});

Deno.test("renderHtml() draws seven bars of cells, the tallest for the largest day", () => {
  const html = renderHtml(reportOf(contentOf(tiles)), links);
  const heights = [...html.matchAll(/class="(bar|best)" height="(\d+)"/g)]
    .map(([, kind, height]) => [kind, Number(height)]);
  assert.deepStrictEqual(heights, [
    ["bar", 24], // 72 × 5 ÷ 15
    ["best", 72],
    ["bar", 38],
    ["bar", 19],
    ["bar", 29],
    ["bar", 34],
    ["bar", 14],
  ]);
});

Deno.test("renderHtml() escapes names and labels and loads nothing", () => {
  const content = contentOf({ ...tiles, sessions: { ...tiles.sessions, label: hostile } }, hostile);
  const html = renderHtml(reportOf(content), links);
  assert.doesNotMatch(html, /<(script|img|link|iframe|object|form|input|svg)\b/i);
  assert.doesNotMatch(html, /<[^>]*\s(src|srcset|background|action|on\w+)\s*=/i);
  assert.doesNotMatch(html, /url\(|@import|@font-face/i);
  assert.ok(html.includes("&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; Bcc:"));
});

Deno.test("subjectOf() leads with conversions, else the first known total", () => {
  const subject = (input: Parameters<typeof contentOf>[0]) => subjectOf(reportOf(contentOf(input)));
  assert.strictEqual(subject(tiles), "Your week: Conversions 48 (+20%), Nov 9–15, 2026");
  assert.strictEqual(
    subject({ ig_reach: { value: 5 } }),
    "Your week: Instagram reach 5, Nov 9–15, 2026",
  );
  assert.strictEqual(subject({}), "Your week: no numbers arrived, Nov 9–15, 2026");
});

Deno.test("subjectOf() is one line whatever the label", () => {
  const subject = subjectOf(reportOf(contentOf({ conversions: { value: 1, label: hostile } })));
  assert.doesNotMatch(subject, /[\r\n]/);
});

Deno.test("a digest leaves out what leads nowhere, and names no site that is not its owner's", () => {
  const mail = composeMail(
    reportOf(contentOf(tiles)),
    { userId: "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11", email: "person@example.test" },
    { from: "", appUrl: null, functionsUrl: "https://api.example.test", signingSecret: "secret" },
    1_790_000_000,
  );
  assert.doesNotMatch(mail.text, /^(Dashboard|Settings):/m);
  assert.doesNotMatch(mail.html, /Open the dashboard|Settings/);
  const hosts = [...(mail.text + mail.html).matchAll(/https?:\/\/([^\/"\s]+)/g)].map(([, host]) =>
    host
  );
  assert.deepStrictEqual([...new Set(hosts)], ["api.example.test"]);
});

Deno.test("composeMail() carries one-click unsubscribe headers for its recipient", () => {
  const mail = composeMail(
    reportOf(contentOf(tiles)),
    { userId: "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11", email: "person@example.test" },
    {
      from: "Digest <d@example.test>",
      appUrl: "https://app.example.test",
      functionsUrl: "https://api.example.test/functions/v1",
      signingSecret: "secret of the tests",
    },
    1_790_000_000,
  );
  assert.strictEqual(mail.envelope.to, "person@example.test");
  assert.strictEqual(mail.envelope.from, "Digest <d@example.test>");
  assert.strictEqual(mail.envelope.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
  const link =
    /^<(https:\/\/api\.example\.test\/functions\/v1\/digest\/unsubscribe\?token=[\w.-]+)>$/
      .exec(mail.envelope.headers["List-Unsubscribe"] ?? "")?.[1];
  assert.ok(link);
  assert.ok(mail.text.includes(link) && mail.html.includes(link));
});
