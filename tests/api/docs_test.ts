import assert from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { api } from "../helpers/stack/api.ts";

Deno.test("GET /docs/openapi.json answers the committed document to everyone", async () => {
  const answer = await api("/docs/openapi.json");
  assert.strictEqual(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  assert.deepStrictEqual(answer.body, openapi);
});
