import { deepStrictEqual, equal, match } from "node:assert/strict";
import { assertAccessible, demo as org, openAs, show } from "../helpers/browser/dashboard.ts";
import { api, testEnv } from "../helpers/stack/api.ts";
import { newPerson, password } from "../helpers/tenancy/people.ts";

const url = testEnv("TEST_URL");

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
      const others = errors.splice(0).filter((one) =>
        !/Failed to load resource|ERR_FAILED/.test(one)
      );
      deepStrictEqual(others, []);
    });
  }
});

Deno.test("a mail's frame runs no script and loads nothing", async () => {
  await using opened = await openAs("admin", `/o/${org}/overview`);
  const { page } = opened;
  await page.waitForSelector("[data-metric=sessions]");
  // What a browser says it requests, it may yet refuse to: only who is asked knows.
  const asked: string[] = [];
  await using elsewhere = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => {
      asked.push(url);
      return new Response();
    },
  );
  const origin = `http://127.0.0.1:${elsewhere.addr.port}`;
  const mail = `<!doctype html><title>Mail</title><p id="read">Read me</p>
    <script>parent.document.title = "taken"; document.getElementById("read").textContent = "run";</script>
    <img src="${origin}/pixel.png" onerror="parent.document.title = 'taken'">
    <iframe src="${origin}/"></iframe>`;
  await page.route(
    (address) => address.href.includes("format=html"),
    (route) => route.fulfill({ status: 200, contentType: "text/html", body: mail }),
  );
  await show(page, "digest", ".mail iframe");
  const frame = page.frameLocator(".mail iframe");
  equal(await frame.locator("#read").innerText(), "Read me");
  equal(await page.locator(".mail iframe").getAttribute("sandbox"), "");
  match(await page.title(), /^Digest/);
  await page.waitForLoadState("networkidle");
  deepStrictEqual(asked, []);
});

Deno.test("the link of the digest's mail leads to the digest", async () => {
  await using opened = await openAs("admin", "/settings/digest");
  const { page, errors } = opened;
  await page.waitForURL(`${url}/o/${org}/digest`);
  await page.getByText("In your mailbox").waitFor();
  deepStrictEqual(errors, []);
});
