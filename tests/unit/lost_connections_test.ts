import assert from "node:assert/strict";
import { isLostConnection } from "../../local/lost_connections.ts";

const errors: [string, unknown, boolean][] = [
  ["a session that was ended", Object.assign(new Error("ended"), { code: "57P01" }), true],
  ["no connection left", Object.assign(new Error("too many"), { code: "53300" }), true],
  ["postgres.js's own word", Object.assign(new Error("x"), { code: "CONNECTION_CLOSED" }), true],
  ["a socket that is refused", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), true],
  ["a syntax error in SQL", Object.assign(new Error("x"), { code: "42601" }), false],
  ["a fault of ours", new TypeError("undefined is no function"), false],
  ["no error", "57P01", false],
];

for (const [what, error, isLost] of errors) {
  Deno.test(`isLostConnection() of ${what} is ${isLost}`, () => {
    assert.strictEqual(isLostConnection(error), isLost);
  });
}
