import assert from "node:assert/strict";
import { identifyPersons, type Tracked, trackEvents } from "../analytics/tracked.ts";
import { api } from "../stack/api.ts";
import { sql } from "../stack/database.ts";
import { newPerson, type Person } from "../tenancy/people.ts";
import type { Case } from "./answers.ts";

/** The only person of an organization in UTC, signed in. */
export async function soleOwner(): Promise<Person> {
  const person = await newPerson();
  await sql("update public.organizations set time_zone = 'UTC' where id = $1::uuid", person.orgId);
  return person;
}

const events: Tracked[] = [
  ["2026-03-02T10:00:00Z", "open", "u:ann", { plan: "pro", url: "/start" }],
  ["2026-03-02T10:05:00Z", "save", "u:ann", { plan: "pro" }],
  ["2026-03-02T12:00:00Z", "open", "u:bob", { plan: "free" }],
  ["2026-03-03T10:00:00Z", "open", "u:ann", { plan: "pro" }],
  ["2026-03-05T10:00:00Z", "open", "u:cid", { plan: "team" }],
  ["2026-03-05T11:00:00Z", "save", "u:bob"],
  ["2026-03-05T12:00:00Z", "open", null],
];
const range = { start_date: "2026-03-02", end_date: "2026-03-05" };

/** What product analytics answers of three people over four days. */
export async function analyticsCases(): Promise<Case[]> {
  const { orgId: org_id, token } = await soleOwner();
  await trackEvents(org_id, events);
  await identifyPersons(org_id, [
    { person: "u:ann", age: 17, gender: "Female" },
    { person: "u:bob", age: 41, gender: "Male" },
  ]);
  const read = (name: string, path: string, query = {}): Case => ({
    name,
    route: `GET /v1/analytics${path}`,
    request: { as: "service", query: { org_id, ...range, ...query } },
  });
  const ann = (name: string, path = "", query = {}): Case => {
    const { route, request } = read(name, `/persons/{id}${path}`, query);
    return { name, route, request: { ...request, params: { id: "u:ann" } } };
  };
  return [
    read("a range", ""),
    { ...read("signed in", ""), request: { as: { token }, query: range } },
    read("an age group", "", { age_group: "<18" }),
    read("a gender", "", { gender: "unknown" }),
    read("a feature", "", { feature_name: "save" }),
    read("as CSV", "", { format: "csv" }),
    read("the days before", "", { start_date: "2026-03-04", compare: "previous" }),
    read("a gender there is not", "", { gender: "male" }),
    read("a day there is not", "", { start_date: "2026-02-30" }),
    { ...read("nobody", ""), request: { query: { org_id, ...range } } },
    read("a range", "/active-users"),
    read("the days before", "/active-users", { start_date: "2026-03-04", compare: "previous" }),
    read("by age group", "/breakdown", { by: "age_group" }),
    read("by gender of a feature", "/breakdown", { by: "gender", feature_name: "open" }),
    read("the top of a property", "/breakdown", { by: "property", property: "plan", top: 2 }),
    read("a range", "/drops"),
    read("a page", "/events", { page: 1, page_size: 1 }),
    read("after an event", "/flow", { event: "open", depth: 2, top: 1 }),
    read("two steps", "/funnel", { steps: "open,save" }),
    read("in a window, by gender", "/funnel", {
      steps: "open,save",
      window: "1d",
      order: "strict",
      breakdown: "gender",
    }),
    read("of a feature", "/properties", { feature_name: "open" }),
    read("by day", "/retention", { period: "day", periods: 3 }),
    read("of events, by age group", "/retention", {
      period: "week",
      periods: 2,
      start_event: "open",
      return_event: "save",
      breakdown: "age_group",
    }),
    read("a range", "/sessions"),
    ann("a range"),
    ann("all that is kept", "/export", { start_date: undefined, end_date: undefined }),
  ];
}

/** What the ways in answer: events and persons, one by one and many at once. */
export async function trackCases(): Promise<Case[]> {
  const { orgId: org_id } = await soleOwner();
  const post = (name: string, path: string, body: object, call?: string): Case => ({
    name,
    route: `POST /v1/track${path}`,
    request: {
      method: "POST",
      as: "service",
      body: { org_id, ...body },
      ...call ? { params: { call } } : {},
    },
  });
  const event = {
    feature_name: "export_clicked",
    event_id: "1",
    occurred_at: "2026-11-16T09:30:00Z",
    user_id: "ada",
    anonymous_id: "a1",
    properties: { plan: "free" },
  };
  return [
    post("an event", "", event),
    post("an event again", "", event),
    post("an event by its other name", "", { event: "opened" }),
    post("an event without a name", "", { user_id: "ada" }),
    post("a batch with a bad one", "/batch", { batch: [event, { feature_name: "opened" }, {}] }),
    post("a person", "/identify", { user_id: "ada", age: 36, gender: "Female", traits: { a: 1 } }),
    post("two ids of a person", "/alias", { previous_id: "b1", user_id: "ada" }),
    post("a group", "/group", { user_id: "ada", group_id: "acme", traits: { seats: 3 } }),
    post("a call of Segment's", "/v1/{call}", { userId: "ada", event: "Opened" }, "track"),
    post("a batch of Segment's", "/v1/{call}", {
      batch: [{ type: "track", userId: "ada", event: "Opened", messageId: "m1" }],
    }, "batch"),
  ];
}

/** 9 to 15 November: sessions 100 + 50 + 25, conversions 1 + 3, reach 300; the week before 140 and 0. */
const numbers: [string, string, Record<string, number>][] = [
  ["ga4", "2026-11-02", { sessions: 90, conversions: 0 }],
  ["ga4", "2026-11-08", { sessions: 50 }],
  ["ga4", "2026-11-09", { sessions: 100, conversions: 1 }],
  ["plausible", "2026-11-09", { sessions: 50 }],
  ["ga4", "2026-11-15", { sessions: 25, conversions: 3, reach: 300, clicks: 77 }],
];
const week = { start: "2026-11-09", end: "2026-11-15" };

/** Tiles, series and intake of the numbers of one person, who is all of an organization. */
export async function metricCases(): Promise<Case[]> {
  const { email, orgId, token } = await soleOwner();
  const items = numbers.map(([source_name, metric_date, data]) => ({
    email,
    source_name,
    metric_date,
    data,
  }));
  const filled = await api("/metrics/ingest", { method: "POST", as: "service", body: { items } });
  assert.strictEqual(filled.status, 200, filled.text);
  const { public_id } =
    (await api<{ public_id: string }>(`/orgs/${orgId}`, { as: { token } })).body;
  const shown = await api(`/orgs/${orgId}`, {
    method: "PATCH",
    as: { token },
    body: { public_reads: true },
  });
  assert.strictEqual(shown.status, 200, shown.text);
  const other = (await soleOwner()).email;
  const ingest = (name: string, body: object): Case => ({
    name,
    route: "POST /v1/metrics/ingest",
    request: { method: "POST", as: "service", body },
  });
  const read = (name: string, route: string, query = {}): Case => ({
    name,
    route: `GET /v1/${route}`,
    request: { as: "service", query: { email, ...query } },
  });
  const compared = { ...week, compare: "previous" };
  return [
    read("a week", "dashboard/tiles", week),
    read("all time", "dashboard/tiles"),
    read("the week before", "dashboard/tiles", compared),
    read("the year before", "dashboard/tiles", { ...week, compare: "year" }),
    {
      ...read("signed in, alone in the organization", "dashboard/tiles"),
      request: { as: { token }, query: compared },
    },
    {
      ...read("a public dashboard", "dashboard/tiles"),
      request: { query: { public_id, ...week } },
    },
    read("somebody there is not", "dashboard/tiles", { email: "nobody@example.test" }),
    read("by day", "metrics/timeline", { ...week, metrics: "sessions,reach" }),
    read("by week", "metrics/timeline", {
      start: "2026-11-02",
      end: "2026-11-15",
      granularity: "week",
      metrics: "sessions",
    }),
    read("by month, all metrics", "metrics/timeline", {
      start: "2026-10-01",
      end: "2026-11-15",
      granularity: "month",
    }),
    read("of a person", "metrics/catalog"),
    ingest("a reading", {
      email: other,
      source_name: "ga4",
      metric_date: "2026-11-16",
      data: { sessions: 7 },
    }),
    ingest("many, one of them bad", {
      items: [
        { email: other, source_name: "ga4", metric_date: "2026-11-17", data: { sessions: 8 } },
        { email: other, source_name: "ga4", metric_date: "someday", data: { sessions: 1 } },
      ],
    }),
    ingest("a reading of nobody", {
      email: "nobody@example.test",
      source_name: "ga4",
      metric_date: "2026-11-16",
      data: { sessions: 7 },
    }),
    ingest("a reading of no day", { email: other, source_name: "ga4", metric_date: "2026-02-30" }),
  ];
}
