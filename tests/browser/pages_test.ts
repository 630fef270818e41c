import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  asked,
  assertAccessible,
  demo as org,
  each,
  openAs,
  show,
  tilesOf,
} from "../helpers/browser/dashboard.ts";
import { api, testEnv } from "../helpers/stack/api.ts";

const url = testEnv("TEST_URL");

Deno.test("every number of AI, Insights, Digest and the parts of Delivery is the API's", async (t) => {
  await using opened = await openAs("admin", `/o/${org}/ai`);
  const { page, errors } = opened;
  await page.waitForSelector("[data-metric=acceptance_rate]");
  interface Metrics {
    metrics: { key: string; value: number | null }[];
  }
  const assertTiles = async ({ metrics }: Metrics) => {
    const shown = await tilesOf(page);
    deepStrictEqual(
      Object.fromEntries(Object.entries(shown).map(([key, { value }]) => [key, value])),
      Object.fromEntries(metrics.map(({ key, value }) => [key, String(value)])),
    );
  };

  await t.step("KPIs", async () => assertTiles(await asked<Metrics>(opened, "/metrics")));
  await t.step("spend, and what came of it", async () => {
    await show(page, "ai?tab=spend", ".plot svg");
    const body = await asked<
      & Metrics
      & { outcomes: { outcome: string; cost_usd: number }[]; unlinked: { cost_usd: number } }
    >(opened, "/sessions/yield");
    await assertTiles(body);
    const rows = page.locator("[data-outcome]");
    const [names, values] = [await each(rows, "data-outcome"), await each(rows, "data-value")];
    deepStrictEqual(
      Object.fromEntries(names.map((name, place) => [name, Number(values[place])])),
      Object.fromEntries([
        ...body.outcomes.map(({ outcome, cost_usd }) => [outcome, cost_usd]),
        ["unlinked", body.unlinked.cost_usd],
      ]),
    );
  });
  await t.step("where the money went, by model", async () => {
    const { groups } = await asked<{ groups: { cost_usd: number | null }[] }>(
      opened,
      "/sessions/spend",
    );
    ok(groups.length > 1);
    deepStrictEqual(
      await each(page.locator("[data-spent]"), "data-spent"),
      groups.map(({ cost_usd }) => String(cost_usd)),
    );
  });
  await t.step("what a budget has left", async () => {
    await show(page, "ai?tab=budgets", "[data-value]");
    const { items } = await asked<{ items: { spent_usd: number }[] }>(opened, "/insights/budgets");
    deepStrictEqual(
      await each(page.locator("[data-value]"), "data-value"),
      items.map(({ spent_usd }) => String(spent_usd)),
    );
  });
  await t.step("insights: unusual days, rules and the pair that is shown", async () => {
    await show(page, "insights", ".plot svg");
    const body = await asked<
      {
        anomalies: { value: number }[];
        recommendations: { value: number }[];
        correlations: { effect: string; n: number }[];
      }
    >(opened, "/insights");
    ok(body.anomalies.length > 0 && body.recommendations.length > 0);
    deepStrictEqual(
      await each(page.locator("td [data-value]"), "data-value"),
      body.anomalies.map(({ value }) => String(value)),
    );
    deepStrictEqual(
      await each(page.locator("[data-rule]"), "data-value"),
      body.recommendations.map(({ value }) => String(value)),
    );
    equal(await page.locator("[data-effect]").innerText(), body.correlations[0]?.effect);
    // One dot for each pair of days that the correlation is of.
    equal(
      Number(await page.locator("[role=slider]").getAttribute("aria-valuemax")) + 1,
      body.correlations[0]?.n,
    );
  });
  await t.step("repositories", async () => {
    await show(page, "delivery?tab=repositories", "[data-metric-of=lead_time]");
    const { items } = await asked<{ items: Metrics[] }>(opened, "/metrics/dora/breakdown");
    deepStrictEqual(
      await each(page.locator("[data-metric-of=lead_time]"), "data-value"),
      items.map(({ metrics }) => String(metrics.find(({ key }) => key === "lead_time")?.value)),
    );
  });
  await t.step("stages and how lead times are spread", async () => {
    await show(page, "delivery?metric=lead_time", ".stages span");
    const body = await asked<
      { stages: { p50: number | null }[]; histogram: { n: number }[]; metric: { n: number } }
    >(opened, "/metrics/dora/lead-time");
    deepStrictEqual(
      await each(page.locator("[data-stage]"), "data-value"),
      body.stages.map(({ p50 }) => String(p50)),
    );
    const chart = page.getByRole("slider", { name: /^Lead times/ });
    equal(await chart.getAttribute("aria-valuemax"), String(body.histogram.length - 1));
    equal(body.histogram.reduce((sum, { n }) => sum + n, 0), body.metric.n);
  });
  await t.step("the subject of the digest, and what is in its frame", async () => {
    await show(page, "digest", ".mail iframe");
    const week = await page.locator("select[name=week]").inputValue();
    const { body } = await api<{ subject: string; organization: string }>("/digest/preview", {
      as: "service",
      query: { email: "admin@livinglytics.test", week },
    });
    equal(await page.locator("[data-subject]").innerText(), body.subject);
    const frame = page.frameLocator(".mail iframe");
    ok((await frame.locator("body").innerText()).includes(body.organization));
  });
  deepStrictEqual(errors, []);
});

Deno.test("sessions: sorted by the server, one of them opened, and the address says it all", async (t) => {
  await using opened = await openAs("admin", `/o/${org}/ai?tab=sessions`);
  const { page, errors } = opened;
  await page.waitForSelector(".table tbody td");
  const links = page.locator(".table tbody tr td:first-child a");

  await t.step("the dearest first", async () => {
    await page.getByRole("button", { name: "Cost" }).click();
    await page.waitForURL(/sort=-cost_usd/);
    await page.locator(".stale").first().waitFor({ state: "detached" });
    const { items } = await asked<{ items: { id: string }[] }>(opened, "/sessions");
    deepStrictEqual(
      (await each(links, "href")).map((href) => new URL(href, url).searchParams.get("session")),
      items.map(({ id }) => id),
    );
  });
  await t.step("only one developer's", async () => {
    await page.getByRole("link", { name: "ada", exact: true }).first().click();
    await page.waitForURL(/developer=ada/);
    await page.locator(".stale").first().waitFor({ state: "detached" });
    deepStrictEqual(
      [...new Set(await page.locator(".table tbody td:nth-child(2)").allInnerTexts())],
      ["ada"],
    );
  });
  await t.step("one of them, after a reload too, and the way back", async () => {
    const list = page.url();
    const id = new URL((await each(links, "href"))[0] ?? "", url).searchParams.get("session");
    await links.first().click();
    await page.waitForSelector(".facts");
    const said = await page.locator("main").innerText();
    const { body } = await api<{ external_id: string }>(`/sessions/${id}`, {
      as: "service",
      query: { org_id: org },
    });
    ok(said.includes(body.external_id));
    await assertAccessible(page);
    await page.reload();
    await page.waitForSelector(".facts");
    equal(await page.locator("main").innerText(), said);
    await page.goBack();
    await page.waitForSelector(".table tbody td");
    equal(page.url(), list);
  });
  deepStrictEqual(errors, []);
});

Deno.test("charts are read out by the arrow keys, and are files with the API's numbers", async (t) => {
  await using opened = await openAs("demo", `/o/${org}/overview`);
  const { page, errors } = opened;
  await page.waitForSelector(".plot svg");
  const charts: [string, RegExp][] = [
    ["ai?tab=spend", /\$/],
    ["insights", / · /],
    ["delivery?tab=forecast", /Week of/],
    ["delivery?metric=recovery_time&range=90d", /deployment|min|h/],
  ];
  for (const [path, says] of charts) {
    await t.step(path, async () => {
      await show(page, path, ".plot svg");
      const chart = page.locator("[role=slider]").last();
      await chart.focus();
      await page.keyboard.press("Home");
      const first = await chart.getAttribute("aria-valuetext") ?? "";
      await page.keyboard.press("ArrowRight");
      const second = await chart.getAttribute("aria-valuetext") ?? "";
      ok(first !== second, first);
      match(`${first}${second}`, says);
      equal(await page.locator(".readout").innerText(), second);
    });
  }
  await t.step("a file of what was spent, and a picture", async () => {
    await show(page, "ai?tab=spend", ".plot svg");
    const { series } = await asked<{ series: { start: string; cost_usd: number }[] }>(
      opened,
      "/sessions/yield",
    );
    const lines = (await downloaded(page, "CSV")).trim().split("\r\n");
    equal(
      lines[0],
      "date,deployed,merged,open,abandoned,reverted,caused_incident,unlinked",
    );
    const sums = lines.slice(1).map((line) => {
      const [date = "", ...parts] = line.split(",");
      return [date, parts.reduce((sum, part) => sum + Number(part), 0).toFixed(6)];
    });
    deepStrictEqual(sums, series.map(({ start, cost_usd }) => [start, cost_usd.toFixed(6)]));
    match(await downloaded(page, "PNG"), /^.PNG/);
  });
  deepStrictEqual(errors, []);
});

async function downloaded(page: Page, button: string): Promise<string> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: button, exact: true }).click();
  const path = await (await waiting).path();
  return new TextDecoder("latin1").decode(await Deno.readFile(path));
}
