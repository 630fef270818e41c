import assert from "node:assert/strict";
import type { z } from "zod";
import { createApp } from "../../supabase/functions/_shared/http/app.ts";
import { rangeQuery } from "../../supabase/functions/_shared/http/query.ts";
import {
  breakdownParam,
  CompareParam,
  endParam,
  intervalParam,
  limitParam,
  sinceParam,
  startParam,
} from "../../supabase/functions/_shared/http/range.ts";

const Query = rangeQuery({
  start: startParam(),
  end: endParam(),
  since: sinceParam("Then it is 7."),
  interval: intervalParam(["day", "week"]).default("day"),
  compare: CompareParam,
  limit: limitParam(10),
  breakdown: breakdownParam(["country", "plan"]),
}, {
  start_date: "start",
  end_date: "end",
  granularity: "interval",
  top: "limit",
  by: "breakdown",
});

const usual = { breakdown: "plan", compare: "none", interval: "day", limit: 10 };

const taken: [string, Record<string, string>, Record<string, unknown>][] = [
  ["nothing but what must be", {}, usual],
  ["the new names", { start: "2026-11-09", limit: "3" }, {
    ...usual,
    start: "2026-11-09",
    limit: 3,
  }],
  [
    "the names of before",
    { start_date: "2026-11-09", end_date: "2026-11-15", granularity: "week", top: "3" },
    { ...usual, start: "2026-11-09", end: "2026-11-15", interval: "week", limit: 3 },
  ],
  [
    "both where they say the same",
    { start: "2026-11-09", start_date: "2026-11-09", limit: "3", top: "03" },
    { ...usual, start: "2026-11-09", limit: 3 },
  ],
  ["days back", { since: "30" }, { ...usual, since: 30 }],
];

for (const [what, given, expected] of taken) {
  Deno.test(`rangeQuery() takes ${what}`, () => {
    const found: Record<string, unknown> = Query.parse({ breakdown: "plan", ...given });
    const known = Object.entries(found).filter(([, value]) => value !== undefined);
    assert.deepStrictEqual(Object.fromEntries(known), expected);
  });
}

Deno.test("rangeQuery() takes what must be by its name of before", () => {
  assert.strictEqual(Query.parse({ by: "country" }).breakdown, "country");
});

const refused: [string, Record<string, string>, string, string][] = [
  [
    "both that differ",
    { start: "2026-11-09", start_date: "2026-11-10" },
    "start_date",
    "differs from start",
  ],
  [
    "a default against an alias",
    { interval: "day", granularity: "week" },
    "granularity",
    "differs from interval",
  ],
  [
    "an end before its start",
    { start: "2026-11-09", end: "2026-11-08" },
    "end",
    "lies before start",
  ],
  [
    "the same by the names of before",
    { start_date: "2026-11-09", end_date: "2026-11-08" },
    "end_date",
    "lies before start_date",
  ],
  [
    "ten years and more",
    { start: "2016-01-01", end_date: "2026-01-09" },
    "end_date",
    "makes a range of more than 3660 days",
  ],
  [
    "a date that is none",
    { start_date: "2026-02-30" },
    "start_date",
    "is not a date of the calendar",
  ],
  ["dates beside since", { since: "7", end: "2026-11-08" }, "since", "does not go with end"],
  [
    "days that are no number",
    { since: "week" },
    "since",
    "must be a whole number of days from 1 to 365",
  ],
  ["half a day", { since: "0.5" }, "since", "must be a whole number of days from 1 to 365"],
  ["too many", { top: "101" }, "top", "must be a whole number from 1 to 100"],
];

for (const [what, given, path, message] of refused) {
  Deno.test(`rangeQuery() refuses ${what}`, () => {
    assert.deepStrictEqual(issuesOf({ breakdown: "plan", ...given }), [[path, message]]);
  });
}

Deno.test("rangeQuery() refuses to go without what must be", () => {
  assert.deepStrictEqual(issuesOf({}), [["breakdown", "is required"]]);
});

Deno.test("rangeQuery() takes 3660 days", () => {
  assert.deepStrictEqual(
    issuesOf({ breakdown: "plan", start: "2016-01-01", end: "2026-01-07" }),
    [],
  );
});

Deno.test("rangeQuery() gives the document every name, those of before deprecated", () => {
  const app = createApp("example");
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/query",
    request: { query: Query },
    responses: { 204: { description: "Nothing" } },
  });
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } });
  const parameters = (document.paths?.["/example/query"]?.get?.parameters ?? []) as {
    name: string;
    required: boolean;
    deprecated?: boolean;
    schema: { default?: unknown };
  }[];
  assert.deepStrictEqual(
    parameters.map(({ name, required, deprecated = false, schema }) => [
      name,
      required,
      deprecated,
      schema.default,
    ]),
    [
      ["start", false, false, undefined],
      ["end", false, false, undefined],
      ["since", false, false, undefined],
      ["interval", false, false, "day"],
      ["compare", false, false, "none"],
      ["limit", false, false, 10],
      ["breakdown", false, false, undefined],
      ["start_date", false, true, undefined],
      ["end_date", false, true, undefined],
      ["granularity", false, true, undefined],
      ["top", false, true, undefined],
      ["by", false, true, undefined],
    ],
  );
});

function issuesOf(given: z.input<typeof Query>): [string, string][] {
  const issues = Query.safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => [path.join("."), message]);
}
