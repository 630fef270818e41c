import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { stored } from "../helpers/delivery/delivery.ts";
import { newTeam } from "../helpers/tenancy/people.ts";

Deno.test("owners and admins keep teams; a repository may have several", async () => {
  const { org, admin, viewer } = await newTeam();
  await stored(org, "repository", {});
  const call = (
    method: string,
    path: string,
    more: { body?: unknown; query?: { repository: string } } = {},
  ) => api(`/teams${path}`, { method, as: admin, ...more });

  const ids: string[] = [];
  for (const name of ["Shop", "Checkout"]) {
    const made = await call("POST", "", { body: { name } });
    assert.strictEqual(made.status, 201, made.text);
    ids.push(String(made.body["id"]));
  }
  assertProblem(await call("POST", "", { body: { name: "checkout" } }), 409, "conflict");

  const [shop, checkout] = ids;
  const query = { repository: "Acme/Shop" };
  for (const path of [`/${shop}/repositories`, `/${checkout}/repositories`]) {
    assert.strictEqual((await call("PUT", path, { query })).status, 204);
    assert.strictEqual((await call("PUT", path, { query })).status, 204, "again");
  }
  assert.strictEqual((await call("PUT", `/${shop}/members/OctoCat`)).status, 204);
  const unknown = await call("PUT", `/${shop}/repositories`, {
    query: { repository: "acme/none" },
  });
  assertProblem(unknown, 404, "not_found");

  const listed = await api<{ total_count: number; items: Record<string, unknown>[] }>("/teams", {
    as: viewer,
  });
  assert.strictEqual(listed.body.total_count, 2);
  assert.deepStrictEqual(
    listed.body.items.map(({ name, members, repositories }) => [name, members, repositories]),
    [["Checkout", [], ["acme/shop"]], ["Shop", ["octocat"], ["acme/shop"]]],
  );

  assert.strictEqual((await call("DELETE", `/${shop}/members/octocat`)).status, 204);
  assert.strictEqual((await call("DELETE", `/${shop}/repositories`, { query })).status, 204);
  const renamed = await call("PATCH", `/${shop}`, { body: { name: "Store" } });
  assert.deepStrictEqual(
    [renamed.body["name"], renamed.body["members"], renamed.body["repositories"]],
    ["Store", [], []],
  );
  assert.strictEqual((await call("DELETE", `/${shop}`)).status, 204);
  assertProblem(await call("GET", `/${shop}`), 404, "not_found");
});
