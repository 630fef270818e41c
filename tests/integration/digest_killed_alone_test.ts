import assert from "node:assert/strict";
import { digestsWithKills } from "../helpers/soak/digests.ts";
import { testEnv } from "../helpers/stack/api.ts";

Deno.test({
  name: "the function killed in the middle of a run of digests: nobody gets two mails, nobody none",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    assert.deepStrictEqual(await digestsWithKills(24, 2), { kills: 2, mails: 24 });
  },
});
