import { deepEqual, equal } from "node:assert/strict";
import { advantage, quantityOf } from "../../bench/quantity.ts";
import { figuresOf } from "../../bench/results.ts";

const read: [string, number, string, boolean][] = [
  ["31749 numbers a second in requests of 1000 readings", 31749, "numbers a second", true],
  ["7032/s, median answer 16 ms, against 15260/s", 7032, "/s", true],
  ["a year, 7.1 ms against 6.9 ms, median of 15 pairs", 7.1, "ms", false],
  ["33.2 s, two clients on the same machine", 33.2, "s", false],
  ["at most 132 MiB with Deno in it", 132, "MiB", false],
  ["559 requests, 555 = 1 + 1", 559, "requests", false],
  ["2425 rows a second (70000 in 28.9 s, 12 calls)", 2425, "rows a second", true],
];
for (const [detail, value, unit, moreIsBetter] of read) {
  Deno.test(`quantityOf() reads ${value} ${unit}`, () => {
    deepEqual(quantityOf(detail), { value, unit, moreIsBetter });
  });
}

Deno.test("quantityOf() finds none in words", () => {
  equal(quantityOf("a share of it"), undefined);
});

Deno.test("advantage() is above 1 for what is faster or smaller here", () => {
  const ms = (value: number) => ({ value, unit: "ms", moreIsBetter: false });
  const rate = (value: number) => ({ value, unit: "/s", moreIsBetter: true });
  equal(advantage(ms(5), ms(10)), 2);
  equal(advantage(rate(5), rate(10)), 0.5);
});

Deno.test("figuresOf() reads the rows of a section and neither head nor rule", () => {
  const section =
    "2 × CPU\n\n| figure | ratio | what was measured |\n| --- | --- | --- |\n| a | 1 | 2 ms |\n";
  deepEqual(figuresOf(section), [{ name: "a", ratio: "1", detail: "2 ms" }]);
});
