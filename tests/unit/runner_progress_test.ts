import { deepStrictEqual } from "node:assert/strict";
import { Progress } from "../helpers/runner/progress.ts";

Deno.test("files count as done once as many others have printed as run beside them", () => {
  const said: string[] = [];
  const progress = new Progress(4, (line) => said.push(line.replace(/ after .*/, "")));
  const together = progress.share(3);
  together.runs(2);
  together.hear("./tests/unit/a_test.ts => one ... ok (1ms)\n./tests/unit/b_te");
  together.hear("st.ts => one ... ok (1ms)\n./tests/unit/a_test.ts => two ... ok (1ms)\n");
  deepStrictEqual(said, []);
  together.hear("./tests/unit/c_test.ts => one ... FAILED (1ms)\n");
  deepStrictEqual(said, ["tests: 1 of 4 files done"]);
  const alone = progress.share(1);
  alone.runs(1);
  alone.hear("running 2 tests from ./tests/sql/d_alone_test.ts\n");
  together.end();
  alone.end();
  deepStrictEqual(said.slice(1), ["tests: 3 of 4 files done", "tests: 4 of 4 files done"]);
});

Deno.test("progress is told at every twentieth of the files", () => {
  const said: string[] = [];
  const progress = new Progress(40, (line) => said.push(line.replace(/ after .*/, "")));
  const share = progress.share(40);
  share.runs(1);
  for (let i = 1; i <= 40; i++) share.hear(`running 1 test from ./tests/unit/n${i}_test.ts\n`);
  share.end();
  deepStrictEqual(said.length, 20);
  deepStrictEqual(said.at(0), "tests: 2 of 40 files done");
  deepStrictEqual(said.at(-1), "tests: 40 of 40 files done");
});
