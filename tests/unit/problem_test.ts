import assert from "node:assert/strict";
import { IngestItem } from "../../supabase/functions/metrics/tiles/schemas.ts";
import { databaseProblem } from "../../supabase/functions/_shared/database/db.ts";
import { causeOf } from "../../supabase/functions/_shared/http/log.ts";
import {
  Problem,
  problemCodes,
  validationProblem,
} from "../../supabase/functions/_shared/http/problem.ts";

Deno.test("problemCodes have an error status and a title each", () => {
  for (const [code, [status, title]] of Object.entries(problemCodes)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(status >= 400 && status < 600, code);
    assert.match(title, /^[A-Z]/, code);
  }
});

Deno.test("validationProblem() names each faulty field once, with what is wrong first", () => {
  const { error } = IngestItem.safeParse({
    email: "x",
    source_name: "ga4",
    metric_date: "x",
    data: { a: "b" },
    b: 1,
  });
  assert.ok(error);
  const { status, code, detail, extra } = validationProblem(error);
  assert.deepStrictEqual([status, code], [422, "validation_failed"]);
  assert.strictEqual(detail, "email: is not an e-mail address");
  assert.deepStrictEqual(extra.errors, [
    { path: "email", message: "is not an e-mail address" },
    { path: "metric_date", message: "must be a date as in 2026-11-16" },
    { path: "data.a", message: "must be a finite number" },
    { path: "b", message: "Unknown field" },
  ]);
});

const databaseErrors: [string, string, string, string | null][] = [
  ["LL404", "user_not_found", "User not found", "user_not_found"],
  ["LL422", "validation_failed", "email: is required", "validation_failed"],
  ["22P02", "invalid input syntax", "", "validation_failed"],
  ["22008", "date/time field value out of range", "", "validation_failed"],
  ["23502", "null value in column", "", "validation_failed"],
  ["23505", "duplicate key value", "", "conflict"],
  ["23514", "violates check constraint", "", "validation_failed"],
  ["42501", "permission denied for table metrics", "", "forbidden"],
  ["53300", "too many connections", "", "not_ready"],
  ["57014", "canceling statement due to statement timeout", "", "not_ready"],
  ["57P01", "terminating connection due to administrator command", "", "not_ready"],
  ["08006", "connection failure", "", "not_ready"],
  ["PGRST001", "Database client error. Retrying the connection.", "", "not_ready"],
  ["LL404", "no_such_code", "", null],
  ["23503", "violates foreign key constraint", "", null],
  ["42883", "function does not exist", "", null],
  ["", "TypeError: fetch failed", "", "not_ready"],
];

for (const [code, message, details, expected] of databaseErrors) {
  Deno.test(`databaseProblem() makes ${expected ?? "an internal error"} of ${code || "no code"} ${message}`, () => {
    const error = Object.assign(new Error(message), {
      code,
      details,
      hint: "",
      name: "PostgrestError",
    });
    const problem = databaseProblem(error as unknown as Parameters<typeof databaseProblem>[0]);
    assert.strictEqual(problem instanceof Problem ? problem.code : null, expected);
    // What the database said is for the log; the caller reads only what SQL wrote for them.
    if (!code.startsWith("LL")) assert.ok(!problem.message.includes(message));
    assert.match(causeOf(problem), new RegExp(message.slice(0, 12)));
  });
}

Deno.test("causeOf() masks addresses, and strings that look like secrets", () => {
  const secret = "sb_secret_4TzG8v2NqLw7XcRk9JmYb3Hd5FsPa1Ue";
  const cause = new Error(`Key (email)=(demo@livinglytics.test) exists; token ${secret}`);
  const text = causeOf(new Error("Database call failed", { cause }));
  assert.strictEqual(
    text,
    "Error: Database call failed < Error: Key [email] exists; token [opaque]",
  );
});
