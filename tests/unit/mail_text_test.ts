import assert from "node:assert/strict";
import { plainName, shortMail } from "../../supabase/functions/_shared/mail/mail_text.ts";

const names: [string, string][] = [
  ["Ada's shop", "Ada's shop"],
  ["Müller & Söhne GmbH", "Müller & Söhne GmbH"],
  ["Win a prize https://evil.example/login?x=1 now", "Win a prize now"],
  ["HTTPS://EVIL.EXAMPLE", "an organization"],
  ["see www.evil.example/a", "see"],
  ["pay at evil.example/login", "pay at"],
  ["pay at evil.example:8080", "pay at"],
  ["Booking.com", "Booking com"],
  ["mail eve@evil.example", "mail"],
  ["javascript://evil", "an organization"],
  ["Node 1.5 and St. Mary", "Node 1.5 and St. Mary"],
  ["A\r\nBcc: eve\u2028x\u0085y", "A Bcc: eve x y"],
  ["a\u202egnp.exe\u202c b\u2066c\u2069\u200e\u061c", "agnp exe bc"],
  ["ev\u200bil.exam\u2060ple/x", "an organization"],
  ["", "an organization"],
  ["\u202e", "an organization"],
  ["x".repeat(81), `${"x".repeat(80)}…`],
];

for (const [name, expected] of names) {
  Deno.test(`plainName() of ${JSON.stringify(name.slice(0, 50))}`, () => {
    assert.strictEqual(plainName(name, "an organization"), expected);
  });
}

Deno.test("shortMail() leaves out an action that leads nowhere", () => {
  const { text, html } = shortMail({
    subject: "Subject",
    sentence: "It happened.",
    action: "Open the dashboard",
    link: null,
    remark: "No more to say.",
  });
  assert.strictEqual(text, "It happened.\n\nNo more to say.\n");
  assert.doesNotMatch(html, /href|Open the dashboard/);
});
