/** What a benchmark measured, read from the words it is kept in: more is better, or less is. */
export interface Quantity {
  value: number;
  unit: string;
  moreIsBetter: boolean;
}

const rates = ["/s", "numbers a second", "sessions a second", "rows a second", "events a second"];
const costs = ["ms", "s", "MiB", "MB", "requests"];

/** The first quantity of a text such as `7032/s, median answer 16 ms`; undefined where it has none. */
export function quantityOf(detail: string): Quantity | undefined {
  const units = [...rates, ...costs].map((unit) => `${unit}(?![a-z/])`).join("|");
  const found = new RegExp(`([0-9][0-9,]*(?:\\.[0-9]+)?) ?(${units})`).exec(detail);
  const [, digits, unit] = found ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return {
    value: Number(digits.replaceAll(",", "")),
    unit,
    moreIsBetter: rates.includes(unit),
  };
}

/** How good one side is as a multiple of the other: above 1 it is faster or smaller. */
export function advantage(here: Quantity, there: Quantity): number {
  return here.moreIsBetter ? here.value / there.value : there.value / here.value;
}
