import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { openPage } from "../helpers/browser/chromium.ts";
import { testEnv } from "../helpers/stack/api.ts";

const url = testEnv("TEST_URL");

Deno.test("/docs shows the API of the origin it comes from, and asks no other", async (t) => {
  await using opened = await openPage(`${url}/docs`);
  const { page, errors, requested } = opened;
  await page.waitForSelector(".opblock-tag-section");

  await t.step("collapsed: its groups, none of their endpoints", async () => {
    ok(await page.locator(".opblock-tag-section").count() > 10);
    equal(await page.locator(".opblock").count(), 0);
  });
  await t.step("one server, the one it comes from", async () => {
    deepStrictEqual(await page.locator(".servers select option").allTextContents(), [
      `${url}/functions`,
    ]);
  });
  await t.step("a filter", async () => {
    for (const tag of ["digest", "health"]) {
      await page.fill(".operation-filter-input", tag);
      await page.locator(`.opblock-tag:not([data-tag=${tag}])`).first().waitFor({
        state: "detached",
      });
      equal(await page.locator(`.opblock-tag[data-tag=${tag}]`).count(), 1);
    }
  });
  await t.step("a call with a credential goes to it", async () => {
    await page.click(".auth-wrapper .authorize");
    const dialog = page.locator(".auth-container", { hasText: "API_SECRET_KEY" });
    await dialog.locator("input").fill(testEnv("TEST_API_SECRET_KEY"));
    await dialog.locator("button.authorize").click();
    await page.click(".modal-ux .btn-done");
    await page.click(".opblock-tag[data-tag=health]");
    await page.click("#operations-health-getStatus .opblock-summary-control");
    await page.click("#operations-health-getStatus .try-out__btn");
    await page.click("#operations-health-getStatus .execute");
    const status = page.locator(
      "#operations-health-getStatus .live-responses-table .response-col_status",
    ).nth(1);
    equal((await status.innerText()).trim(), "200");
    ok(requested.includes(`${url}/functions/v1/health/status`));
  });
  deepStrictEqual(
    requested.filter((one) => !one.startsWith(`${url}/`) && !one.startsWith("data:")),
    [],
  );
  deepStrictEqual(errors, []);
});
