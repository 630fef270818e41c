import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { assertAccessible, openAs, url } from "../helpers/browser/dashboard.ts";
import { api } from "../helpers/stack/api.ts";
import { newToken } from "../helpers/stack/connections.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson, newTeam, password } from "../helpers/tenancy/people.ts";

Deno.test("a key is shown once, and says by itself when the first event has come", async () => {
  const owner = await newPerson();
  await using opened = await openAs(
    owner.email,
    `/o/${owner.orgId}/settings?tab=keys`,
    password,
  );
  const { page, errors } = opened;
  await page.getByText("No key has been made yet.").waitFor();
  await page.fill("input[name=name]", "The shop");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.getByLabel("Key", { exact: true }).innerText();
  match(key, /^ll_/);
  for (const way of ["curl", "segment", "OTEL_", "LiteLLM", "GitHub Actions"]) {
    ok((await page.locator("[aria-labelledby=made]").innerText()).includes(way), way);
  }
  await page.getByText("Waiting for the first event…").waitFor();
  await assertAccessible(page);
  const sent = await api("/track", {
    method: "POST",
    as: { token: key },
    body: { event: "signed_up", user_id: "ada" },
  });
  equal(sent.status, 202, sent.text);
  await page.getByText("The first call with it has arrived.").waitFor();
  await page.getByRole("button", { name: "I have it" }).click();
  ok(!(await page.content()).includes(key));
  deepStrictEqual(errors, []);
});

Deno.test("somebody is invited, and the invitation taken back", async () => {
  const owner = await newPerson();
  await using opened = await openAs(
    owner.email,
    `/o/${owner.orgId}/settings?tab=members`,
    password,
  );
  const { page, errors } = opened;
  await page.fill("input[name=email]", "guest@example.test");
  await page.getByRole("button", { name: "Invite" }).click();
  const row = page.getByRole("row", { name: /guest@example.test/ });
  await row.waitFor();
  await assertAccessible(page);
  await row.getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  deepStrictEqual(errors, []);
});

Deno.test("owners say for how long rows are kept, and must say that they know what it does", async () => {
  const owner = await newPerson();
  await using opened = await openAs(owner.email, `/o/${owner.orgId}/settings?tab=kept`, password);
  const { page, errors } = opened;
  equal(await page.getByLabel("Events").inputValue(), "730");
  equal(await page.getByLabel("Metrics").inputValue(), "", "for good");
  await assertAccessible(page);
  await page.getByLabel("Metrics").fill("400");
  await page.getByLabel("Events").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  const kept = async () => {
    const { body } = await api(`/orgs/${owner.orgId}/retention`, { as: "service" });
    return [body["events_days"], body["metrics_days"]];
  };
  deepStrictEqual(await kept(), [730, null], "not before they say so");
  await page.getByLabel("What is older is removed").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  deepStrictEqual(await kept(), [null, 400]);
  deepStrictEqual(errors, []);
});

Deno.test("GitHub: an account is connected, a repository read, a dead letter tried again", async () => {
  const owner = await newPerson();
  const path = `/o/${owner.orgId}/settings?tab=github`;
  await using opened = await openAs(owner.email, path, password);
  const { page, errors } = opened;
  await page.getByText("No repository is read yet.").waitFor();
  await assertAccessible(page);
  await page.fill("input[name=access_token]", newToken("ok", "grace"));
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("link", { name: "grace" }).waitFor();
  const { body } = await api("/github/connection", { as: owner });
  equal((body["connection"] as Record<string, unknown>)["account_ref"], "grace");

  await page.fill("input[name=repository]", "octocat/hello-world");
  await page.getByRole("button", { name: "Read it" }).click();
  const row = page.getByRole("row", { name: /octocat\/hello-world/ });
  await row.getByRole("button", { name: /^Pause/ }).click();
  await row.getByText("paused").waitFor();
  await row.getByRole("button", { name: /^Go on/ }).click();
  await row.getByText("every 60 min").waitFor();

  const item = { repository: "octocat/hello-world", sha: "abc" };
  await sql(
    `insert into private.etl_dead_letters (org_id, key, kind, item, code, reason)
     values ($1::uuid, 'tests', 'commit', $2::jsonb, 'validation_failed', 'It has no time')`,
    owner.orgId,
    JSON.stringify(item),
  );
  await page.reload();
  const letter = page.getByRole("row", { name: /It has no time/ });
  await letter.waitFor();
  await assertAccessible(page);
  const tried = page.waitForResponse(/\/replay$/);
  await letter.getByRole("button", { name: "Try again" }).click();
  await tried;
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.getByRole("button", { name: "Connect" }).waitFor();
  deepStrictEqual(errors.filter((one) => !/dead-letters|status of 4/.test(one)), []);
});

Deno.test("what a role may not do is not shown", async () => {
  const { org, member, viewer } = await newTeam();
  for (const [person, mayWrite] of [[member, true], [viewer, false]] as const) {
    await using opened = await openAs(person.email, `/o/${org}/settings?tab=github`, password);
    const { page, errors } = opened;
    await page.getByText("No repository is read yet.").waitFor();
    const tabs = await page.getByRole("group", { name: "Settings" }).locator("button")
      .allInnerTexts();
    deepStrictEqual(tabs, ["Organization", "GitHub", "Budgets"]);
    equal(await page.locator("input[name=repository]").count(), mayWrite ? 1 : 0);
    equal(await page.locator("input[name=access_token]").count(), mayWrite ? 1 : 0);
    // A tab that is not theirs is the first one that is.
    await page.goto(`${url}/o/${org}/settings?tab=shares`);
    await page.getByText("Owners and admins change this.").waitFor();
    deepStrictEqual(errors, []);
  }
});

Deno.test("what fails says so, counts down, and can be tried again", async (t) => {
  const owner = await newPerson();
  const refusals: [number, string, RegExp][] = [
    [429, "rate_limited", /Too many requests/],
    [503, "not_ready", /not ready/],
    [403, "forbidden", /may not do this/],
  ];
  await using opened = await openAs(owner.email, `/o/${owner.orgId}/settings`, password);
  const { page } = opened;
  await page.waitForSelector("input[name=time_zone]");
  for (const [status, code, said] of refusals) {
    await t.step(code, async () => {
      await page.route(/\/orgs\/[^/]+\/(shares|audit)/, (route) =>
        route.fulfill({
          status,
          contentType: "application/problem+json",
          headers: { "retry-after": "2", "access-control-expose-headers": "retry-after" },
          body: JSON.stringify({
            type: "about:blank",
            title: code,
            status,
            detail: "As told.",
            code,
            request_id: "a-request",
          }),
        }));
      await page.goto(`${url}/o/${owner.orgId}/settings?tab=shares`);
      match(await page.locator(".failed h2").innerText(), said);
      await assertAccessible(page);
      await page.unrouteAll();
      await page.getByRole("button", { name: "Try again", exact: true }).click();
      await page.getByText("Nothing is shared.").waitFor();
    });
  }
});

Deno.test("offline is said, and what was read stays", async () => {
  const owner = await newPerson();
  await using opened = await openAs(owner.email, `/o/${owner.orgId}/settings`, password);
  const { page } = opened;
  await page.waitForSelector("input[name=time_zone]");
  await page.context().setOffline(true);
  await page.getByText("You are offline.").waitFor();
  equal(await page.locator("input[name=time_zone]").count(), 1);
  await assertAccessible(page);
  await page.context().setOffline(false);
  await page.getByText("You are offline.").waitFor({ state: "detached" });
});
