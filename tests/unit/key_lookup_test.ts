import assert from "node:assert/strict";
import { type FoundKey, rememberKeys } from "../../supabase/functions/_shared/http/key_lookup.ts";

const active: FoundKey = {
  id: "1",
  state: "active",
  org_id: "org",
  scopes: ["ingest"],
  publishable: false,
  source_name: null,
  allowed_origins: [],
};

/** A lookup whose answers and clock a test decides, and what it was asked. */
function lookup({ keys = 10 } = {}) {
  const asked: string[] = [];
  const state: { answer: FoundKey | null | Error; now: number } = { answer: active, now: 0 };
  const find = rememberKeys(
    (key) => {
      asked.push(key);
      return state.answer instanceof Error
        ? Promise.reject(state.answer)
        : Promise.resolve(state.answer);
    },
    { milliseconds: 5000, keys, now: () => state.now },
  );
  return { find, asked, state };
}

Deno.test("rememberKeys() asks once for an active key until its time is over", async () => {
  const { find, asked, state } = lookup();
  assert.deepStrictEqual(await Promise.all([find("a"), find("a")]), [active, active]);
  state.now = 4999;
  assert.deepStrictEqual(await find("a"), active);
  assert.deepStrictEqual(asked, ["a"]);
  state.now = 5000;
  state.answer = { id: "1", state: "revoked" };
  assert.strictEqual((await find("a"))?.state, "revoked");
  assert.deepStrictEqual(asked, ["a", "a"]);
});

Deno.test("rememberKeys() keeps keys apart", async () => {
  const { find, asked, state } = lookup();
  await find("a");
  state.answer = null;
  assert.strictEqual(await find("b"), null);
  assert.deepStrictEqual(asked, ["a", "b"]);
});

const forgotten: [string, FoundKey | null | Error][] = [
  ["no key of ours", null],
  ["an unknown key", { id: "1", state: "unknown" }],
  ["a revoked key", { id: "1", state: "revoked" }],
  ["an error", new Error("the database is away")],
];
for (const [what, answer] of forgotten) {
  Deno.test(`rememberKeys() does not remember ${what}`, async () => {
    const { find, asked, state } = lookup();
    state.answer = answer;
    if (answer instanceof Error) await assert.rejects(find("a"), answer);
    else assert.deepStrictEqual(await find("a"), answer);
    state.answer = active;
    assert.deepStrictEqual(await find("a"), active);
    assert.deepStrictEqual(asked, ["a", "a"]);
  });
}

Deno.test("rememberKeys() remembers no more keys than it may", async () => {
  const { find, asked } = lookup({ keys: 2 });
  for (const key of ["a", "b", "c", "c", "a"]) await find(key);
  assert.deepStrictEqual(asked, ["a", "b", "c", "a"]);
});
