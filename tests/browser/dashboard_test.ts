import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { openPage } from "../helpers/browser/chromium.ts";
import { assertAccessible, openAs, signIn, tilesOf, url } from "../helpers/browser/dashboard.ts";
import { api } from "../helpers/stack/api.ts";

const org = "00000000-0000-4000-8000-0000000000a1";

Deno.test("from signing in to the overview of the demo organization", async (t) => {
  await using opened = await openPage(`${url}/`);
  const { page, errors, requested } = opened;

  await t.step("the way in", async () => {
    await page.waitForSelector("input[name=username]");
    await assertAccessible(page);
  });
  await t.step("a wrong password is said in words", async () => {
    await page.fill("input[name=username]", "demo");
    await page.fill("input[name=password]", "wrong");
    await page.click("button[type=submit]");
    match(await page.locator("[role=alert]").innerText(), /No such name and password/);
    match(errors.splice(0).join("\n"), /status of 401/);
  });
  await t.step("every number of the overview is the API's", async () => {
    await signIn(opened, "demo");
    await page.waitForSelector("[data-metric=sessions]");
    equal(new URL(page.url()).pathname, `/o/${org}/overview`);
    const call = new URL(requested.findLast((one) => one.includes("/dashboard/overview")) ?? "");
    const { body } = await api<
      { bands: { tiles: { key: string; value: number | null; unit: string }[] }[] }
    >("/dashboard/overview", { as: "service", query: Object.fromEntries(call.searchParams) });
    const shown = await tilesOf(page);
    const tiles = body.bands.flatMap(({ tiles }) => tiles);
    deepStrictEqual(Object.keys(shown).toSorted(), tiles.map(({ key }) => key).toSorted());
    for (const { key, value, unit } of tiles) {
      equal(shown[key]?.value, String(value), key);
      if (value !== null && Number.isInteger(value) && !/seconds|USD|%/.test(unit)) {
        ok(shown[key]?.text.startsWith(value.toLocaleString("en-US")), shown[key]?.text);
      }
    }
  });
  await t.step("two calls are enough for it", () => {
    const calls = requested.filter((one) => one.includes("/functions/v1/"))
      .map((one) => new URL(one).pathname.slice("/functions/v1".length));
    deepStrictEqual(calls.slice(2), ["/orgs", "/dashboard/overview"]);
  });
  await t.step("the arrow keys read the chart out", async () => {
    const chart = page.locator("[role=slider]");
    await page.waitForSelector(".plot svg");
    await chart.focus();
    await page.keyboard.press("Home");
    const first = await chart.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowRight");
    const second = await chart.getAttribute("aria-valuetext");
    match(first ?? "", /persons/);
    ok(first !== second);
    equal(await page.locator(".readout").innerText(), second);
  });
  await t.step("usable at each size, light and dark", () => assertAccessible(page));
  await t.step("a reload, and back, show the same", async () => {
    await page.getByRole("button", { name: "7 days" }).click();
    await page.waitForURL(/range=7d/);
    await page.locator(".stale").first().waitFor({ state: "detached" });
    const before = await tilesOf(page);
    await page.reload();
    await page.waitForSelector("[data-metric=sessions]");
    deepStrictEqual(await tilesOf(page), before);
    await page.goBack();
    equal(new URL(page.url()).search, "");
  });
  await t.step("nothing of another origin, and no script but the page's own", async () => {
    deepStrictEqual(
      requested.filter((one) => !one.startsWith(url) && !/^(data|blob):/.test(one)),
      [],
    );
    const policy = (await fetch(`${url}/`, { headers: { accept: "text/html" } })).headers
      .get("content-security-policy");
    match(policy ?? "", /script-src 'self';/);
  });
  deepStrictEqual(errors, []);
});

const screens: Record<string, string> = {
  "product?tab=events": "[data-metric=events]",
  "product?tab=retention": ".heat tbody tr",
  "product?tab=funnel&range=90d&steps=signed_up,report_created,plan_upgraded": ".funnel li",
  "product?tab=paths": ".links li",
  "product?tab=people&search=demo": ".table tbody a",
  "product?tab=people&person=demo-01&range=90d": ".facts div",
  "product?tab=live": ".minutes li",
  "delivery?metric=lead_time": ".stages span",
  "delivery?metric=deployment_frequency": ".table tbody td",
  "delivery?metric=recovery_time": ".table tbody td",
  "delivery?tab=repositories": "[data-metric-of=lead_time]",
  "delivery?tab=teams": "[data-metric-of=lead_time]",
  "delivery?tab=forecast": ".plot svg",
  "ai": "[data-metric=acceptance_rate]",
  "ai?tab=sessions": ".table tbody td",
  "ai?tab=spend": ".plot svg",
  "ai?tab=budgets": ".table tbody td",
  "ai?tab=prices": ".table tbody td",
  "ai?tab=policies": ".table tbody td",
  "insights": ".plot svg",
  "digest": ".mail iframe",
  "digest?as=text": ".mail pre",
  "settings?tab=organization": "input[name=time_zone]",
  "settings?tab=members": ".table tbody td",
  "settings?tab=keys": "input[name=name]",
  "settings?tab=github": "input[name=repository]",
  "settings?tab=budgets": ".table tbody td",
  "settings?tab=shares": "input[name=until]",
  "settings?tab=audit": ".table tbody td",
};

Deno.test("each screen is usable at each size, light and dark, without an error", async (t) => {
  await using opened = await openAs("admin", `/o/${org}/overview`);
  const { page, errors } = opened;
  await page.waitForSelector("[data-metric=sessions]");
  for (const [path, sign] of Object.entries(screens)) {
    await t.step(path, async () => {
      await page.goto(`${url}/o/${org}/${path}`);
      await page.waitForSelector(sign);
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      await assertAccessible(page);
      deepStrictEqual(errors, []);
    });
  }
});

Deno.test("who signs in next sees nothing of who was there, nor what the role may not do", async () => {
  await using opened = await openAs("admin", `/o/${org}/settings?tab=keys`);
  const { page, errors } = opened;
  await page.waitForSelector("input[name=name]");
  // A call that is under way when a page is left is a failed one, whoever leaves it.
  await page.waitForLoadState("networkidle");
  const told = page.waitForResponse(/\/auth\/logout$/);
  await page.getByRole("button", { name: "Sign out" }).click();
  equal((await told).status(), 204);
  await page.waitForSelector("input[name=username]");
  equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await page.goto(`${url}/o/${org}/settings?tab=keys`);
  await signIn(opened, "demo");
  await page.waitForSelector(".card");
  equal(await page.getByRole("button", { name: "Keys" }).count(), 0);
  deepStrictEqual(errors, []);
});

Deno.test("two tabs whose token has ended renew it once", async () => {
  await using opened = await openAs("demo", `/o/${org}/overview`);
  const { page } = opened;
  await page.waitForSelector("[data-metric=sessions]");
  await page.evaluate(() => {
    const name = "livinglytics.session";
    const session = JSON.parse(localStorage.getItem(name) ?? "{}");
    localStorage.setItem(name, JSON.stringify({ ...session, expires_at: 0 }));
  });
  const other = await page.context().newPage();
  const renewals: string[] = [];
  for (const tab of [page, other]) {
    tab.on("request", (request) => {
      if (request.url().endsWith("/auth/refresh")) renewals.push(request.url());
    });
  }
  await Promise.all([page.reload(), other.goto(page.url())]);
  for (const tab of [page, other]) await tab.waitForSelector("[data-metric=sessions]");
  equal(renewals.length, 1);
});

Deno.test("an address that nothing is at says so, and the way back", async () => {
  await using opened = await openPage(`${url}/nowhere`);
  match(await opened.page.locator("h1").innerText(), /nothing at this address/);
  await assertAccessible(opened.page);
  deepStrictEqual(opened.errors, []);
});
