import assert from "node:assert/strict";
import { storm } from "../helpers/soak/storm.ts";
import { testEnv } from "../helpers/stack/api.ts";

Deno.test({
  name: "kills, restarts, a crash and a full disk under load: what was acknowledged is there once",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    const { kills, restarts, crashes, full_disks, retries } = await storm((rounds) => rounds === 1);
    assert.deepStrictEqual({ kills, restarts, crashes, full_disks }, {
      kills: 1,
      restarts: 1,
      crashes: 1,
      full_disks: 1,
    });
    assert.ok(retries > 0, "nothing was under way when things broke");
  },
});
