import assert from "node:assert/strict";
import type { DoraNumbers } from "../../supabase/functions/_shared/numbers/dora.ts";
import { renderHtml } from "../../supabase/functions/digest/render_html.ts";
import { renderText } from "../../supabase/functions/digest/render_text.ts";
import { reportOf } from "../../supabase/functions/digest/report.ts";
import type { StoredContent } from "../../supabase/functions/digest/types.ts";
import { contentOf } from "../helpers/digest/digest_content.ts";

const hour = 3600;
const links = {
  dashboard: "https://app.test/",
  preferences: "https://app.test/settings",
  unsubscribe: "https://api.test/u",
};

/** A week's numbers: deployments, failed ones, and the median hours of lead time and recovery. */
function week(
  deployments: number,
  failed: number,
  lead: number | null,
  recovery: number | null,
): DoraNumbers {
  const spans = (hours: number | null) => ({
    n: hours === null ? 0 : 4,
    seconds: hours === null
      ? null
      : [hours, hours, hours].map((one) => one * hour) as [number, number, number],
    negative: 0,
  });
  return {
    deployments: {
      days: 7,
      deployments,
      unplanned: 0,
      finished: deployments,
      failed,
      pending: 0,
      weeks: 1,
      days_a_week: 2,
      days_a_month: 2,
      days_a_half_year: 2,
      known_before: true,
      incident_source: true,
      unplanned_source: true,
    },
    lead_time: { ...spans(lead), initial: 0 },
    recovery: { ...spans(recovery), open: 0 },
  };
}

const causes: NonNullable<StoredContent["delivery"]>["causes"] = [
  {
    metric: "lead_time",
    repository: "acme/shop",
    reference: "#12",
    title: "<Faster> checkout",
    value: 49 * hour,
    previous: null,
  },
  {
    metric: "change_failure_rate",
    repository: "acme/shop",
    reference: "I1",
    title: null,
    value: null,
    previous: null,
  },
  {
    metric: "deployment_frequency",
    repository: "acme/api",
    reference: null,
    title: null,
    value: 0,
    previous: 7,
  },
];

const cases: [string, DoraNumbers, DoraNumbers, string | null, string[]][] = [
  [
    "the largest regression, with its rows",
    week(10, 1, 30, 2),
    week(11, 1, 20, 2),
    "Lead time for changes got worse: 30 h, after 20 h the week before.",
    ["acme/shop #12 “<Faster> checkout”: 2 days"],
  ],
  [
    "a failure after none is worse than anything",
    week(7, 1, 60, 2),
    week(14, 0, 20, 2),
    "Change failure rate got worse: 14.3%, after 0% the week before.",
    ["acme/shop I1"],
  ],
  [
    "fewer deployments",
    week(7, 0, 20, 2),
    week(14, 0, 20, 2),
    "Deployment frequency got worse: 1 a day, after 2 a day the week before.",
    ["acme/api: 0 deployments, after 7"],
  ],
  ["less than a tenth is as it was", week(14, 0, 21.5, 2), week(14, 0, 20, 2), null, []],
  ["better is not worse", week(14, 0, 10, 1), week(7, 1, 20, 2), null, []],
  ["nothing to compare with is not worse", week(7, 0, 20, null), week(7, 0, null, 2), null, []],
];

for (const [what, numbers, previous, text, expected] of cases) {
  Deno.test(`deliveryOf(): ${what}`, () => {
    const { delivery } = reportOf(contentOf({}, "Example", { numbers, previous, causes }));
    assert.deepStrictEqual([delivery?.worst?.text ?? null, delivery?.worst?.causes ?? []], [
      text,
      expected,
    ]);
  });
}

Deno.test("the digest's mail has delivery in both parts", () => {
  const content = contentOf({}, "Example", {
    numbers: week(10, 1, 30, 0.5),
    previous: week(11, 0, 20, null),
    causes,
  });
  const report = reportOf({ ...content, delivery: content.delivery });
  const text = renderText(report, links);
  assert.ok(
    text.includes(`DELIVERY
Deployment frequency: 1.43 a day (−9.1%, from 1.57 a day)
Lead time for changes: 30 h (+50%, from 20 h)
Change failure rate: 10% (+10 points, from 0%)
Failed deployment recovery time: 30 min (nothing to compare with)
Change failure rate got worse: 10%, after 0% the week before.
- acme/shop I1
`),
    text,
  );
  const html = renderHtml(report, links);
  for (const part of [">Delivery<", "Lead time for changes", ">30 h<", "acme/shop I1"]) {
    assert.ok(html.includes(part), part);
  }
});

Deno.test("the digest's mail has no delivery where there is none, and escapes what it has", () => {
  const report = reportOf(contentOf({}));
  assert.doesNotMatch(renderText(report, links), /DELIVERY/);
  assert.doesNotMatch(renderHtml(report, links), /Delivery/);
  const named = reportOf(contentOf({}, "Example", {
    numbers: week(10, 1, 30, 2),
    previous: week(11, 1, 20, 2),
    causes,
  }));
  assert.match(renderHtml(named, links), /#12 “&#60;Faster&#62; checkout”: 2 days/);
});
