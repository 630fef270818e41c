import assert from "node:assert/strict";
import { aiOf } from "../../supabase/functions/digest/ai.ts";
import { reportOf } from "../../supabase/functions/digest/report.ts";
import type { StoredContent } from "../../supabase/functions/digest/types.ts";
import { renderHtml } from "../../supabase/functions/digest/render_html.ts";
import { renderText } from "../../supabase/functions/digest/render_text.ts";
import { contentOf } from "../helpers/digest/digest_content.ts";

type Stored = NonNullable<StoredContent["ai"]>;

const none = {
  sessions: 0,
  cost_usd: 0,
  uncosted_sessions: 0,
  tokens: 0,
  people_accepted: 0,
  people_rejected: 0,
  automatic_decisions: 0,
  failed_sessions: 0,
};
const previous = {
  ...none,
  sessions: 40,
  cost_usd: 10,
  tokens: 1000,
  people_accepted: 10,
  people_rejected: 10,
};
const week = {
  ...previous,
  sessions: 44,
  cost_usd: 14.5,
  tokens: 1200,
  people_accepted: 12,
  people_rejected: 4,
};
const links = { dashboard: "https://d", preferences: "https://p", unsubscribe: "https://u" };

Deno.test("aiOf() has spend, sessions and acceptance against the week before, and what changed most", async (t) => {
  await t.step("a week after another", () => {
    const { figures, biggest_change, uncosted_sessions } = aiOf({ week, previous });
    assert.deepStrictEqual(
      figures.map(({ key, value, previous, change_pct, change_points }) => [
        key,
        value,
        previous,
        change_pct,
        change_points,
      ]),
      [
        ["cost_usd", 14.5, 10, 45, null],
        ["sessions", 44, 40, 10, null],
        ["acceptance_rate", 75, 50, null, 25],
      ],
    );
    assert.strictEqual(
      biggest_change,
      "The biggest change: AI spend up 45%, from $10.00 to $14.50.",
    );
    assert.strictEqual(uncosted_sessions, 0);
  });
  const biggest = (changes: Partial<Stored["week"]>) =>
    aiOf({ week: { ...previous, ...changes }, previous }).biggest_change;
  await t.step("what is better, what is worse, and what is noise", () => {
    assert.strictEqual(
      biggest({ people_accepted: 16, people_rejected: 4 }),
      "The biggest change: Accepted up 30 points, from 50% to 80%, for the better.",
    );
    assert.strictEqual(
      biggest({ failed_sessions: 8 }),
      "The biggest change: Sessions with errors up 20 points, from 0% to 20%, for the worse.",
    );
    assert.strictEqual(biggest({ sessions: 41 }), null);
    assert.strictEqual(
      aiOf({ week: { ...none, sessions: 9 }, previous: { ...none, sessions: 3 } }).biggest_change,
      null,
    );
  });
  await t.step("what is unknown", () => {
    const { figures } = aiOf({
      week: { ...none, sessions: 20, uncosted_sessions: 20 },
      previous: none,
    });
    assert.deepStrictEqual(figures.map(({ value, change_reason }) => [value, change_reason]), [
      [null, "no_data"],
      [20, "new"],
      [null, "no_data"],
    ]);
  });
});

Deno.test("a digest has the section about AI in both parts, and only where there are sessions", () => {
  const report = reportOf(
    contentOf({}, "Example", null, { week: { ...week, uncosted_sessions: 2 }, previous }),
  );
  const [text, html] = [renderText(report, links), renderHtml(report, links)];
  const lines = [
    "AI spend: $14.50 (+45%, from $10.00)",
    "AI sessions: 44 (+10%, from 40)",
    "Accepted: 75% (+25 points, from 50%)",
    "The biggest change: AI spend up 45%, from $10.00 to $14.50.",
    "Not in the spend: 2 sessions whose cost is not known.",
  ];
  assert.ok(text.includes(`AI-ASSISTED DEVELOPMENT\n${lines.join("\n")}\n`), text);
  for (
    const part of ["AI-assisted development", "$14.50", "+45%, from $10.00", ...lines.slice(3)]
  ) {
    assert.ok(html.includes(part), part);
  }
  const without = reportOf(contentOf({}));
  assert.strictEqual(without.ai, null);
  assert.ok(
    !/AI/.test(
      renderText(without, links) +
        renderHtml(without, links).replace(/<style[\s\S]*?<\/style>/, ""),
    ),
  );
});
