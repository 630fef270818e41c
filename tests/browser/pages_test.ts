import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { OpenPage } from "../helpers/browser/chromium.ts";
import { assertAccessible, openAs, tilesOf } from "../helpers/browser/dashboard.ts";
import { api, testEnv } from "../helpers/stack/api.ts";
import { newPerson, password } from "../helpers/tenancy/people.ts";

const url = testEnv("TEST_URL");
const org = "00000000-0000-4000-8000-0000000000a1";

/** What the page last asked of a path, asked again by the test. */
async function asked<Body>({ requested }: OpenPage, path: string): Promise<Body> {
  const call = new URL(
    requested.findLast((one) => new URL(one).pathname === `/functions/v1${path}`) ?? "",
  );
  const query = { org_id: org, ...Object.fromEntries(call.searchParams) };
  return (await api<Body>(path, { as: "service", query })).body;
}

/** An attribute of each element, in order. */
async function each(elements: Locator, name: string): Promise<string[]> {
  const all = await elements.all();
  return await Promise.all(all.map(async (one) => await one.getAttribute(name) ?? ""));
}

async function show(page: Page, path: string, sign: string): Promise<void> {
  await page.goto(`${url}/o/${org}/${path}`);
  await page.waitForSelector(sign);
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}

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

const emptyScreens: Record<string, string> = {
  "ai": ".empty pre",
  "ai?tab=sessions": ".empty pre",
  "ai?tab=spend": ".empty pre",
  "ai?tab=budgets": "td.fine",
  "ai?tab=policies": "td.fine",
  "insights": ".empty pre",
  "digest": "td.fine",
  "delivery": ".empty pre",
  "delivery?tab=repositories": "td.fine",
  "delivery?tab=teams": "td.fine",
  "delivery?tab=forecast": ".empty",
};

Deno.test("an organization without anything is told what to do, and its owner sets what it may spend", async (t) => {
  const owner = await newPerson();
  await using opened = await openAs(owner.email, "/", password);
  const { page, errors } = opened;
  await page.waitForURL(new RegExp(`/o/${owner.orgId}/overview`));
  for (const [path, sign] of Object.entries(emptyScreens)) {
    await t.step(path, async () => {
      await page.goto(`${url}/o/${owner.orgId}/${path}`);
      await page.waitForSelector(sign);
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      await assertAccessible(page);
    });
  }
  await t.step("a policy", async () => {
    await page.goto(`${url}/o/${owner.orgId}/ai?tab=policies`);
    await page.fill("input[name=name]", "acme/shop");
    await page.fill("input[name=models]", "claude-*, gpt-5");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await page.getByRole("button", { name: "End", exact: true }).waitFor();
    const { body } = await api<{ items: { repository: string; models: string[] }[] }>(
      "/sessions/policies",
      { as: owner, query: { org_id: owner.orgId } },
    );
    deepStrictEqual(
      body.items.map(({ repository, models }) => [repository, models]),
      [["acme/shop", ["claude-*", "gpt-5"]]],
    );
  });
  await t.step(
    "a budget that is not right says which field, and one that is, is there",
    async () => {
      await page.goto(`${url}/o/${owner.orgId}/ai?tab=budgets`);
      await page.fill("input[name=limit]", "20");
      await page.getByRole("button", { name: "Set", exact: true }).click();
      match(await page.locator("[role=alert]").innerText(), /developer_id/);
      match(errors.splice(0).join("\n"), /status of 422/);
      await page.fill("input[name=developer]", "ada");
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await page.getByRole("button", { name: "Delete", exact: true }).waitFor();
      page.once("dialog", (dialog) => void dialog.accept());
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("There is no budget").waitFor();
    },
  );
  await t.step("the digest is turned off and on", async () => {
    await page.goto(`${url}/o/${owner.orgId}/digest`);
    const enabled = async () =>
      (await api<{ enabled: boolean }>("/digest/preferences", { as: owner })).body.enabled;
    await page.getByRole("button", { name: "Turn it off" }).click();
    await page.getByRole("button", { name: "Turn it on" }).waitFor();
    equal(await enabled(), false);
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.getByRole("button", { name: "Turn it off" }).waitFor();
    equal(await enabled(), true);
  });
  deepStrictEqual(errors, []);
});

Deno.test("a viewer sees budgets, prices and policies, and no way to change them", async () => {
  await using opened = await openAs("pilot", `/o/${org}/ai?tab=budgets`);
  const { page, errors } = opened;
  await page.waitForSelector(".table tbody td");
  for (const tab of ["budgets", "prices", "policies"]) {
    await show(page, `ai?tab=${tab}`, ".table tbody td");
    equal(await page.getByRole("button", { name: /^(Set|Delete|End)$/ }).count(), 0, tab);
  }
  await show(page, "digest", ".mail iframe");
  equal(await page.getByText("What went out to you").count(), 1);
  deepStrictEqual(errors, []);
});

/** What a screen asks for, failing, and what it says then. */
const failures: [string, string, number, RegExp, string][] = [
  ["ai", "/metrics?", 401, /You are signed out/, "[data-metric=acceptance_rate]"],
  ["ai?tab=sessions", "/sessions?", 403, /Your role may not do this/, ".table tbody td"],
  ["ai?tab=spend", "/sessions/yield?", 503, /not ready/, ".plot svg"],
  ["insights", "/insights?", 422, /not right/, ".plot svg"],
  ["digest", "/digest/preview?", 429, /Too many requests/, ".mail iframe"],
  [
    "delivery?tab=repositories",
    "/metrics/dora/breakdown?",
    0,
    /does not answer/,
    "[data-metric-of]",
  ],
  ["delivery?tab=forecast", "/metrics/dora/forecast", 503, /not ready/, ".plot svg"],
];

Deno.test("a screen whose read fails says why, and shows it when it is tried again", async (t) => {
  await using opened = await openAs("admin", `/o/${org}/overview`);
  const { page, errors } = opened;
  await page.waitForSelector(".plot svg");
  for (const [path, call, status, said, sign] of failures) {
    await t.step(`${path} and ${status || "no network"}`, async () => {
      const isIt = (address: URL) => address.href.includes(`/functions/v1${call}`);
      await page.route(isIt, (route) =>
        status === 0 ? route.abort() : route.fulfill({
          status,
          contentType: "application/problem+json",
          headers: status === 429 ? { "retry-after": "2" } : {},
          body: JSON.stringify({
            type: "about:blank",
            title: "A test",
            status,
            detail: "What a test says",
            code: status === 429 ? "rate_limited" : "forbidden",
            request_id: "a-request",
            errors: status === 422 ? [{ path: "lag_days", message: "is too much" }] : [],
          }),
        }));
      await page.goto(`${url}/o/${org}/${path}`);
      const alert = page.locator("[role=alert]").first();
      await alert.waitFor();
      match(await alert.innerText(), said);
      if (status !== 0) match(await alert.innerText(), /a-request/);
      if (status === 422) match(await alert.innerText(), /lag_days is too much/);
      if (status === 429) match(await alert.innerText(), /Try again in [12] s/);
      await assertAccessible(page);
      await page.unroute(isIt);
      const again = page.getByRole("button", { name: "Try again", exact: true });
      await again.first().click();
      await page.waitForSelector(sign);
      ok(
        errors.splice(0).every((one) => /Failed to load resource|ERR_FAILED/.test(one)),
      );
    });
  }
});

Deno.test("a mail's frame runs no script and loads nothing", async () => {
  await using opened = await openAs("admin", `/o/${org}/overview`);
  const { page, requested } = opened;
  await page.waitForSelector("[data-metric=sessions]");
  const mail = `<!doctype html><title>Mail</title><p id="read">Read me</p>
    <script>parent.document.title = "taken"; document.getElementById("read").textContent = "run";</script>
    <img src="https://elsewhere.test/pixel.png" onerror="parent.document.title = 'taken'">
    <iframe src="https://elsewhere.test/"></iframe>`;
  await page.route(
    (address) => address.href.includes("format=html"),
    (route) => route.fulfill({ status: 200, contentType: "text/html", body: mail }),
  );
  await show(page, "digest", ".mail iframe");
  const frame = page.frameLocator(".mail iframe");
  equal(await frame.locator("#read").innerText(), "Read me");
  equal(await page.locator(".mail iframe").getAttribute("sandbox"), "");
  match(await page.title(), /^Digest/);
  deepStrictEqual(requested.filter((one) => one.includes("elsewhere.test")), []);
});
