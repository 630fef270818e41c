import assert from "node:assert/strict";
import { withoutFiles } from "../../supabase/functions/github/payload.ts";

Deno.test("withoutFiles() leaves out the files of a push's commits and nothing else", () => {
  const commit = { id: "a", message: "More", added: ["x.ts"], removed: [], modified: ["y.ts"] };
  assert.deepStrictEqual(
    withoutFiles({ ref: "refs/heads/main", commits: [commit, null], added: 3 }),
    { ref: "refs/heads/main", commits: [{ id: "a", message: "More" }, null], added: 3 },
  );
});

Deno.test("withoutFiles() leaves what is no push as it is", () => {
  const ping = { zen: "Favor focus over features." };
  assert.strictEqual(withoutFiles(ping), ping);
  assert.deepStrictEqual(withoutFiles({ commits: 3 }), { commits: 3 });
});
