import assert from "node:assert/strict";
import { UsageError } from "../../local/options.ts";
import { parseGenerateOptions } from "../../tools/generate_options.ts";

const accepted = [
  { args: ["--events", "1"], events: 1, persons: 1, days: 365 },
  { args: ["--events", "1000"], events: 1000, persons: 50, days: 365 },
  { args: ["--events", "10000000"], events: 10_000_000, persons: 50_000, days: 365 },
  {
    args: ["--events", "50000000", "--persons", "1000000", "--days", "730"],
    events: 50_000_000,
    persons: 1_000_000,
    days: 730,
  },
];

for (const { args, ...expected } of accepted) {
  Deno.test(`generate ${args.join(" ")}`, () => {
    const data = parseGenerateOptions(args)?.data;
    assert.deepStrictEqual(data, { ...expected, seed: 1, org: "Generated" });
  });
}

const refused: [string[], RegExp][] = [
  [[], /--events is required/],
  [["--events", "0"], /--events takes a number from 1 to 50000000, not "0"/],
  [["--events", "50000001"], /--events/],
  [["--events", "1e6"], /--events/],
  [["--events", "10", "--persons", "11"], /--persons takes a number from 1 to 10, not "11"/],
  [["--events", "10", "--days", "731"], /--days takes a number from 1 to 730/],
  [["--events", "10", "--seed", "-1"], /--seed|ambiguous/],
  [["--events", "10", "--org", " "], /--org/],
  [["--events", "10", "--organisation", "x"], /organisation/],
  [["10"], /positional/],
];

for (const [args, message] of refused) {
  Deno.test(`generate ${args.join(" ")} is refused`, () => {
    assert.throws(
      () => parseGenerateOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

Deno.test("generate --help asks for nothing else", () => {
  assert.strictEqual(parseGenerateOptions(["--help"]), undefined);
});
