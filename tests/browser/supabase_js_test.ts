import { deepStrictEqual, equal, match } from "node:assert/strict";
import type { createClient } from "@supabase/supabase-js";
import { openPage } from "../helpers/browser/chromium.ts";
import { serveSite } from "../helpers/browser/site.ts";
import { testEnv } from "../helpers/stack/api.ts";

/** What the page's script has: supabase-js as a <script> brings it. */
declare const supabase: { createClient: typeof createClient };

const script = new URL("umd/supabase.js", import.meta.resolve("@supabase/supabase-js"));
const project = { url: testEnv("TEST_URL"), key: testEnv("TEST_PUBLISHABLE_KEY") };
const demo = { email: "demo@livinglytics.test", password: "demo123" };

Deno.test("supabase-js in a page of another origin signs in, reads and calls functions", async (t) => {
  await using site = serveSite({
    "index.html": '<!doctype html><title>A customer</title><link rel="icon" href="data:,">' +
      '<script src="supabase.js"></script>',
    "supabase.js": script,
  });
  await using opened = await openPage(site.origin);
  const { page, errors } = opened;

  await t.step("a wrong password is an error that the page can read", async () => {
    const code = await page.evaluate(async ({ project, demo }) => {
      const client = supabase.createClient(project.url, project.key);
      const { error } = await client.auth.signInWithPassword({ ...demo, password: "wrong" });
      return error?.code;
    }, { project, demo });
    equal(code, "invalid_credentials");
    match(errors.splice(0).join("\n"), /status of 400/);
  });
  await t.step("signing in, the user, a table, a new token", async () => {
    deepStrictEqual(
      await page.evaluate(async ({ project, demo }) => {
        const client = supabase.createClient(project.url, project.key);
        await client.auth.signInWithPassword(demo);
        const { data: { user } } = await client.auth.getUser();
        const { data: rows, count } = await client
          .from("organizations").select("name", { count: "exact" }).range(0, 0);
        const { data: { session } } = await client.auth.refreshSession();
        return { email: user?.email, rows, count, hasToken: Boolean(session?.access_token) };
      }, { project, demo }),
      { email: demo.email, rows: [{ name: "Demo Company" }], count: 1, hasToken: true },
    );
  });
  await t.step("functions, in a region too, and what they refuse", async () => {
    const { username, posted, refused } = await page.evaluate(async ({ project }) => {
      // The session that the last step left in the page's storage.
      const { functions } = supabase.createClient(project.url, project.key);
      const me = await functions.invoke("auth/me", {
        method: "GET",
        region: "eu-west-1" as never,
      });
      const post = await functions.invoke("metrics/dora/deployments", {
        region: "us-east-1" as never,
        headers: { "idempotency-key": crypto.randomUUID(), "x-request-id": "from-a-page" },
        body: {
          repository: "acme/page",
          external_id: "build-1",
          status: "success",
          created_at: "2026-11-12T09:00:00Z",
          finished_at: "2026-11-12T09:04:00Z",
        },
      });
      const wrong = await functions.invoke("metrics/dora/deployments", { body: {} });
      const problem: Response | undefined = wrong.response;
      return {
        username: me.data?.username,
        posted: post.response?.headers.get("x-request-id"),
        refused: [problem?.status, (await problem?.json())?.code],
      };
    }, { project });
    deepStrictEqual({ username, posted, refused }, {
      username: "demo",
      posted: "from-a-page",
      refused: [422, "validation_failed"],
    });
    match(errors.splice(0).join("\n"), /status of 422/);
  });
  await t.step("signing out ends the session", async () => {
    const left = await page.evaluate(async ({ project }) => {
      const { auth } = supabase.createClient(project.url, project.key);
      await auth.signOut();
      return (await auth.getSession()).data.session;
    }, { project });
    equal(left, null);
  });
  deepStrictEqual(errors, []);
});
