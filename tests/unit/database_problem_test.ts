import assert from "node:assert/strict";
import { databaseProblem } from "../../supabase/functions/_shared/database/db.ts";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";

const answers: [string, string, string | null][] = [
  ["25006", "a database that is read-only", "not_ready"],
  ["08006", "a connection that failed", "not_ready"],
  ["53300", "no connection left", "not_ready"],
  ["53100", "a full disk", "not_ready"],
  ["55P03", "a lock that did not come free", "not_ready"],
  ["57P01", "a server that shuts down", "not_ready"],
  ["57P05", "a session that was idle", "not_ready"],
  ["58030", "a disk that fails", "not_ready"],
  ["PGRST001", "a data API without connection", "not_ready"],
  ["PGRST301", "a token that is not believed", "invalid_token"],
  ["PGRST303", "a token that is expired or of the future", "expired_token"],
  ["", "a data API that was not reached", "not_ready"],
  ["CONNECTION_CLOSED", "a driver whose connection is gone", "not_ready"],
  ["ECONNREFUSED", "a port where nobody listens", "not_ready"],
  ["EPIPE", "a connection that broke off", "not_ready"],
  ["22P02", "a value the type cannot hold", "validation_failed"],
  ["P0001", "an error of ours", null],
  ["42883", "a function that is not there", null],
  ["XX000", "an error of PostgreSQL's", null],
];

for (const [code, what, expected] of answers) {
  Deno.test(`databaseProblem() of ${what} (${code || "no code"})`, () => {
    const problem = problemOf(code);
    assert.strictEqual(problem instanceof Problem ? problem.code : null, expected);
  });
}

Deno.test("databaseProblem() of a gateway's answer with a code that is a number", () => {
  const problem = problemOf(502);
  assert.strictEqual(problem instanceof Problem ? problem.status : null, 503);
});

function problemOf(code: unknown): Error {
  const error = { name: "PostgrestError", code, message: "said", details: "", hint: "" };
  return databaseProblem(error as unknown as Parameters<typeof databaseProblem>[0]);
}
