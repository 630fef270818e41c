import assert from "node:assert/strict";
import { databaseProblem } from "../../supabase/functions/_shared/database/db.ts";
import { sqlstateOf } from "../../supabase/functions/_shared/database/database_error.ts";
import {
  inHalves,
  isOfData,
  maxAttempts,
  withRetry,
} from "../../supabase/functions/_shared/database/retry.ts";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";

/** What becomes of an error of the data API on its way through `rpc()`. */
function failure(code: string, message = "said by PostgreSQL"): Error {
  const error = { name: "PostgrestError", code, message, details: "", hint: "" };
  return databaseProblem(error as unknown as Parameters<typeof databaseProblem>[0]);
}

/** A call that fails with these errors, one after the other, and then answers. */
function failing(...errors: Error[]) {
  let calls = 0;
  return {
    call: () => {
      const error = errors[calls++];
      return error === undefined ? Promise.resolve("answer") : Promise.reject(error);
    },
    calls: () => calls,
  };
}

const [deadlock, unordered] = [failure("40P01"), failure("40001")];

Deno.test("sqlstateOf() is what PostgreSQL said, whatever became of the error and its words", () => {
  const states = ["22001", "23505", "23514", "40001", "40P01", "42501", "54000", "54001", "57014"];
  for (const state of states) {
    assert.strictEqual(sqlstateOf(failure(state)), state);
    assert.strictEqual(sqlstateOf(new Error("said later", { cause: failure(state) })), state);
  }
  assert.strictEqual(sqlstateOf(failure("LL003", "not_found")), "LL003");
  assert.strictEqual(sqlstateOf(failure("")), "");
  assert.strictEqual(sqlstateOf(new Error("40001: looks like one")), "");
  assert.strictEqual(sqlstateOf("40001: no error at all"), "");
});

Deno.test("withRetry() goes on after a deadlock and after a serialization failure", async () => {
  for (const errors of [[deadlock], [unordered], [deadlock, unordered]]) {
    const { call, calls } = failing(...errors);
    assert.strictEqual(await withRetry(call), "answer");
    assert.strictEqual(calls(), errors.length + 1);
  }
});

Deno.test("withRetry() gives up after three calls, with the last error", async () => {
  const last = failure("40P01", "the third");
  const { call, calls } = failing(deadlock, unordered, last);
  await assert.rejects(withRetry(call), (error) => error === last);
  assert.deepStrictEqual([calls(), maxAttempts], [3, 3]);
});

Deno.test("withRetry() does not repeat what would fail again", async () => {
  const others = ["", "22001", "23505", "40002", "54001", "57014", "53300"].map((code) =>
    failure(code)
  );
  for (const error of [...others, new Problem("forbidden", "no"), new Error("of ours")]) {
    const { call, calls } = failing(error);
    await assert.rejects(withRetry(call), (thrown) => thrown === error);
    assert.strictEqual(calls(), 1, String(error));
  }
});

const blamed: [string, boolean][] = [
  ["22P05", true], // a character that cannot be stored
  ["23514", true], // a check
  ["23505", false], // a key that is taken is a conflict, which has an answer of its own
  ["54000", true], // a limit of the program
  ["54001", true], // nested too deeply, which is a 422 for who sent it
  ["40001", false],
  ["40P01", false],
  ["42501", false],
  ["53200", false],
  ["57014", false],
  ["", false],
];

Deno.test("isOfData() blames what was sent for classes 22, 23 and 54 only", () => {
  for (const [state, expected] of blamed) {
    assert.strictEqual(isOfData(failure(state)), expected, state);
  }
  assert.strictEqual(isOfData(new Problem("validation_failed", "judged here")), false);
  assert.strictEqual(isOfData(new Error("of ours")), false);
});

Deno.test("inHalves() leaves alone the one item that is beyond a limit of PostgreSQL", async () => {
  const tooDeep = failure("54001");
  const written: number[][] = [];
  const outcomes = await inHalves(
    [1, 2, 3, 4, 5],
    (items) => {
      if (items.includes(4)) return Promise.reject(tooDeep);
      written.push(items);
      return Promise.resolve(items.map((item) => item * 10));
    },
    isOfData,
  );
  assert.deepStrictEqual(written, [[1, 2, 3], [5]]);
  assert.deepStrictEqual(
    outcomes.map((one) => one.status === "fulfilled" ? one.value : one.reason),
    [10, 20, 30, tooDeep, 50],
  );
});
