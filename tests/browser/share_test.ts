import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { openPage } from "../helpers/browser/chromium.ts";
import { assertAccessible, openAs, tilesOf, url } from "../helpers/browser/dashboard.ts";
import { api } from "../helpers/stack/api.ts";
import { newPerson, password } from "../helpers/tenancy/people.ts";
import { type NewShare, newShare } from "../helpers/tenancy/shares.ts";

const days = { start: "2025-03-03", end: "2025-03-16" };

async function tracked() {
  const owner = await newPerson();
  await trackEvents(owner.orgId, [
    ["2025-03-04T20:00:00Z", "open", "u:ann", { email: "ann@example.test" }],
    ["2025-03-05T20:00:00Z", "save", "u:ann"],
    ["2025-03-05T20:00:00Z", "open", "u:bob"],
  ]);
  return owner;
}

const addressOf = ({ id, secret }: NewShare, rest = "") => `${url}/share/${id}${rest}#${secret}`;

Deno.test("a share link shows its tabs and nothing that leads elsewhere", async (t) => {
  const owner = await tracked();
  const share = await newShare(owner.orgId, {
    name: "The board",
    view: ["overview", "events", "delivery"],
    compare: "previous",
  });
  await using opened = await openPage(addressOf(share));
  const { page, errors, requested } = opened;

  await t.step("every number is the one that members read", async () => {
    await page.waitForSelector("[data-metric=events]");
    const { body } = await api<
      { bands: { tiles: { key: string; value: number | null }[] }[] }
    >("/dashboard/overview", { as: owner, query: { ...days, compare: "previous" } });
    const shown = await tilesOf(page);
    const tiles = body.bands.flatMap(({ tiles }) => tiles);
    deepStrictEqual(
      Object.entries(shown).map(([key, { value }]) => [key, value]).toSorted(),
      tiles.map(({ key, value }) => [key, String(value)]).toSorted(),
    );
    equal(shown["events"]?.value, "3");
    await assertAccessible(page);
  });
  await t.step("its own tabs, no other section, no settings, no way in", async () => {
    const links = await page.locator("a").evaluateAll((all) =>
      all.map((one) => one.getAttribute("href") ?? "")
    );
    ok(links.length > 0);
    for (const link of links) match(link, new RegExp(`^/share/${share.id}/.*#${share.secret}$`));
    equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    equal(await page.getByRole("group", { name: "Range" }).count(), 0);
  });
  await t.step("another tab, and a reload of it", async () => {
    await page.getByRole("navigation").getByRole("link", { name: "Events" }).click();
    await page.waitForSelector(".table tbody a");
    await page.waitForSelector("[data-metric=average_stickiness]");
    await assertAccessible(page);
    const before = await tilesOf(page);
    equal(before["events"]?.value, "3");
    await page.reload();
    await page.waitForSelector("[data-metric=events]");
    await page.waitForSelector("[data-metric=average_stickiness]");
    deepStrictEqual(await tilesOf(page), before);
    await page.getByRole("navigation").getByRole("link", { name: "Delivery" }).click();
    await page.waitForSelector("[data-metric=lead_time]");
    await assertAccessible(page);
    ok(!(await page.content()).includes("ann@example.test"), "one person's event is shown");
  });
  await t.step("the secret goes to no server but in a body", () => {
    deepStrictEqual(requested.filter((one) => new URL(one).pathname.includes(share.secret)), []);
    deepStrictEqual(requested.filter((one) => new URL(one).search.includes(share.secret)), []);
  });
  deepStrictEqual(errors, []);
});

Deno.test("a share link with a password asks for it", async () => {
  const owner = await tracked();
  const share = await newShare(owner.orgId, { view: ["overview"], password: "correct horse" });
  await using opened = await openPage(addressOf(share));
  const { page, errors } = opened;
  await page.waitForSelector("input[name=password]");
  await assertAccessible(page);
  await page.fill("input[name=password]", "another horse");
  await page.click("button[type=submit]");
  match(await page.locator("[role=alert]").innerText(), /not its password/);
  await page.fill("input[name=password]", "correct horse");
  await page.click("button[type=submit]");
  await page.waitForSelector("[data-metric=events]");
  equal(await page.locator("nav").count(), 0);
  ok(!page.url().includes("horse"));
  deepStrictEqual(errors.filter((one) => !/status of 40[13]/.test(one)), []);
});

Deno.test("a share link that is wrong or revoked opens nothing, whoever has it open", async () => {
  const owner = await tracked();
  const share = await newShare(owner.orgId, { view: ["overview"] });
  await using opened = await openPage(addressOf(share));
  const { page } = opened;
  await page.waitForSelector("[data-metric=events]");
  const revoked = await api(`/orgs/${owner.orgId}/shares/${share.id}`, {
    method: "DELETE",
    as: owner,
  });
  equal(revoked.status, 204);
  await page.reload();
  await page.getByRole("heading", { name: "This link opens nothing" }).waitFor();
  equal(await page.locator("[data-metric]").count(), 0);
  await assertAccessible(page);
  await page.goto(`${url}/share/${share.id}`);
  await page.getByRole("heading", { name: "This link opens nothing" }).waitFor();
});

Deno.test("a manager makes a share link, sees it opened, and revokes it", async () => {
  const owner = await tracked();
  const path = `/o/${owner.orgId}/settings?tab=shares`;
  await using opened = await openAs(owner.email, path, password);
  const { page, errors } = opened;
  await page.fill("input[name=name]", "For the board");
  await page.check("input[name=delivery]");
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = new URL(await page.locator("[aria-labelledby=made] pre").innerText());
  await assertAccessible(page);
  {
    await using other = await openPage(url + link.pathname + link.hash);
    await other.page.getByRole("heading", { name: "For the board" }).waitFor();
    await other.page.getByRole("navigation").getByRole("link", { name: "Delivery" }).waitFor();
    deepStrictEqual(other.errors, []);
  }
  await page.reload();
  const row = page.getByRole("row", { name: /For the board/ });
  equal(await row.locator("td").nth(1).innerText().then((text) => text.split("\n")[0]), "1");
  equal(await page.locator("[aria-labelledby=made]").count(), 0);
  page.on("dialog", (dialog) => void dialog.accept());
  await row.getByRole("button", { name: "Revoke" }).click();
  await row.getByText("revoked").waitFor();
  await page.getByRole("button", { name: "Audit" }).click();
  await page.getByText("share created").waitFor();
  deepStrictEqual(errors, []);
});
