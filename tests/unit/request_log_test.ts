import assert from "node:assert/strict";
import { type RequestLine, RequestLog } from "../../supabase/functions/_shared/http/request_log.ts";
import type { LogFields } from "../../supabase/functions/_shared/http/log.ts";

function opened() {
  const lines: [string, LogFields][] = [];
  let now = 0;
  const requests = new RequestLog(
    () => now,
    (_level, event, fields = {}) => lines.push([event, fields]),
  );
  const add = (route: string, status: number, duration_ms = 1) =>
    requests.add(
      { function: "track", method: "POST", route, status, duration_ms } satisfies RequestLine,
    );
  const count = (event: string) => lines.filter(([name]) => name === event).length;
  return {
    requests,
    add,
    count,
    lines,
    pass: (milliseconds: number) => now += milliseconds,
  };
}

Deno.test("RequestLog tells each request while there are few", () => {
  const { add, count, pass } = opened();
  for (let second = 0; second < 100; second++) {
    add("/track", 200);
    pass(1000);
  }
  assert.deepStrictEqual([count("request"), count("requests")], [100, 0]);
});

Deno.test("RequestLog counts a hot route's successes beyond ten in ten seconds, and tells how many", () => {
  const { add, count, lines, pass } = opened();
  for (let index = 0; index < 500; index++) add("/track", 200, index < 499 ? 2 : 40);
  add("/track/batch", 200);
  assert.deepStrictEqual([count("request"), count("requests")], [11, 0]);
  pass(10_000);
  add("/track", 200);
  assert.deepStrictEqual(lines.filter(([event]) => event === "requests"), [["requests", {
    function: "track",
    method: "POST",
    route: "/track",
    requests: 490,
    mean_duration_ms: 2.1, // (489 × 2 + 40) ÷ 490
    slowest_duration_ms: 40,
  }]]);
  assert.strictEqual(count("request"), 12);
});

Deno.test("RequestLog never leaves out an error", () => {
  const { add, lines } = opened();
  for (let index = 0; index < 50; index++) {
    add("/track", 200);
    add("/track", index % 2 === 0 ? 500 : 422);
  }
  const failed = lines.filter(([, { status }]) => Number(status) >= 400);
  assert.strictEqual(failed.length, 50);
});

Deno.test("RequestLog stays below a hundred lines in ten seconds, however many routes are hot", () => {
  const { add, lines, pass } = opened();
  for (let route = 0; route < 15; route++) {
    for (let index = 0; index < 100; index++) add(`/route${route}`, 200);
  }
  pass(10_000);
  add("/route0", 200);
  assert.ok(lines.length <= 60 + 15 + 1, `${lines.length} lines`);
  const told = lines.reduce((sum, [, { requests = 1 }]) => sum + Number(requests), 0);
  assert.strictEqual(told, 1501);
});

Deno.test("RequestLog tells what it has counted when the isolate ends", () => {
  const { add, count, requests } = opened();
  for (let index = 0; index < 11; index++) add("/track", 204);
  requests.tell();
  requests.tell();
  assert.strictEqual(count("requests"), 1);
});
