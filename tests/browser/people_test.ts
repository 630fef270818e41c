import { deepStrictEqual, equal } from "node:assert/strict";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { assertAccessible, openAs } from "../helpers/browser/dashboard.ts";
import { api } from "../helpers/stack/api.ts";
import { newPerson, password } from "../helpers/tenancy/people.ts";

Deno.test("a person is found, looked at, and erased once their id has been typed", async (t) => {
  const owner = await newPerson();
  const at = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await trackEvents(owner.orgId, [
    [at, "open", "u:ann-1"],
    [at, "save", "u:ann-1"],
    [at, "open", "u:ann-2"],
  ]);
  const path = `/o/${owner.orgId}/product?tab=people`;
  await using opened = await openAs(owner.email, path, password);
  const { page, errors } = opened;

  await t.step("nobody is asked for yet", async () => {
    await page.waitForSelector("input[name=search]");
    await assertAccessible(page);
  });
  await t.step("a search that finds nobody, and one that does; the address has it", async () => {
    await page.fill("input[name=search]", "zoe");
    await page.keyboard.press("Enter");
    await page.getByText("No id begins so.").waitFor();
    await page.fill("input[name=search]", "ann");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "ann-2" }).waitFor();
    equal(new URL(page.url()).searchParams.get("search"), "ann");
    await page.reload();
    await page.getByRole("link", { name: "ann-1" }).click();
  });
  await t.step("what they did", async () => {
    await page.getByRole("cell", { name: "save" }).waitFor();
    await assertAccessible(page);
  });
  await t.step("erased by their id alone", async () => {
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    const last = page.getByRole("button", { name: "Erase for good" });
    equal(await last.isDisabled(), true);
    await page.fill("input[name=confirm]", "ann-2");
    equal(await last.isDisabled(), true);
    await assertAccessible(page);
    await page.fill("input[name=confirm]", "ann-1");
    await last.click();
    await page.getByText("Erased, with 2 events.").waitFor();
    const { body } = await api("/analytics/persons", { as: owner, query: { search: "ann" } });
    deepStrictEqual((body["items"] as { id: string }[]).map(({ id }) => id), ["u:ann-2"]);
  });
  deepStrictEqual(errors, []);
});

Deno.test("live: nothing yet, then what has just happened, by itself", async () => {
  const owner = await newPerson();
  await using opened = await openAs(owner.email, `/o/${owner.orgId}/product?tab=live`, password);
  const { page, errors } = opened;
  await page.getByText("Nothing in the last half hour").waitFor();
  await assertAccessible(page);
  const now = new Date().toISOString();
  await trackEvents(owner.orgId, [[now, "open", "u:ann"], [now, "save", "u:bob"]]);
  await page.getByRole("cell", { name: "save" }).first().waitFor();
  const { body } = await api("/analytics/live", { as: owner });
  for (const name of ["events", "persons"]) {
    equal(await page.locator(`[data-live=${name}]`).innerText(), String(body[name]));
  }
  await assertAccessible(page);
  deepStrictEqual(errors, []);
});
