import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchNames } from "./main.ts";
import { type Figure, median } from "./figure.ts";
import { advantage, type Quantity, quantityOf } from "./quantity.ts";
import { figuresOf, keepFigures, sectionsOf } from "./results.ts";

const usage = "deno task bench:against REVISION [--rounds N] [benchmark …]";
const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs each benchmark of another revision, checked out into a temporary folder, and of this one by turns, N rounds (default
 * 3), and keeps how each figure's measured quantity compares. Both sides begin every other round, because whoever is second
 * finds warm disks. A figure that only one side has is named and not compared.
 */
if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: "string", default: "3" } },
  });
  const [revision, ...names] = positionals;
  const rounds = Number(values.rounds);
  if (revision === undefined || !Number.isInteger(rounds) || rounds < 1) {
    console.error(usage);
    return 2;
  }
  const unknown = names.find((name) => !benchNames.includes(name));
  if (unknown !== undefined) {
    console.error(`bench: no benchmark ${unknown}; there are ${benchNames.join(", ")}`);
    return 2;
  }
  const there = await Deno.makeTempDir({ prefix: "bench-against-" });
  await git("worktree", "add", "--detach", "--force", there, revision);
  try {
    const rows: Figure[] = [];
    for (const name of names.length > 0 ? names : benchNames) {
      rows.push(...await compare(name, rounds, there));
      await keepFigures(`against_${revision.slice(0, 12)}`, rows);
    }
    return 0;
  } finally {
    await git("worktree", "remove", "--force", there);
  }
}

/** One benchmark, by turns; each row says how good this side is as a multiple of the other. */
async function compare(name: string, rounds: number, there: string): Promise<Figure[]> {
  const measured = { here: new Map<string, Quantity[]>(), there: new Map<string, Quantity[]>() };
  for (let round = 0; round < rounds; round++) {
    const sides = ["there", "here"] as const;
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      console.log(`${name}: round ${round + 1} of ${rounds}, ${side}`);
      for (const { name: figure, detail } of await runOnce(name, side === "here" ? root : there)) {
        const quantity = quantityOf(detail);
        if (quantity === undefined) continue;
        const list = measured[side].get(figure) ?? [];
        measured[side].set(figure, [...list, quantity]);
      }
    }
  }
  return rowsOf(measured);
}

function rowsOf(measured: Record<"here" | "there", Map<string, Quantity[]>>): Figure[] {
  const only = [...measured.there.keys()].filter((figure) => !measured.here.has(figure));
  if (only.length > 0) console.log(`  only there: ${only.join("; ")}`);
  return [...measured.here].flatMap(([figure, here]) => {
    const there = measured.there.get(figure);
    const [first, other] = [here[0], there?.[0]];
    if (first === undefined || there === undefined || other === undefined) {
      console.log(`  only here: ${figure}`);
      return [];
    }
    const ratios = here.flatMap((one, round) => {
      const paired = there[round];
      return paired === undefined ? [] : [advantage(one, paired)];
    });
    const values = (list: Quantity[]) => `${median(list.map(({ value }) => value))} ${first.unit}`;
    const row = {
      name: figure,
      ratio: `${median(ratios).toFixed(2)} times as good`,
      detail: `${values(here)} against ${values(there)}, median of ${ratios.length} pairs from ${
        Math.min(...ratios).toFixed(2)
      } to ${Math.max(...ratios).toFixed(2)}`,
    };
    console.log(`  ${row.name}: ${row.ratio} (${row.detail})`);
    return [row];
  });
}

/** Runs a benchmark in a checkout and reads the section it wrote; the file is put back as it was. */
async function runOnce(name: string, checkout: string): Promise<Figure[]> {
  const results = `${checkout}/bench/RESULTS.md`;
  const before = await Deno.readTextFile(results);
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "bench/main.ts", name],
      cwd: checkout,
      stdin: "null",
    }).spawn().status;
    if (!success) throw new Error(`bench: ${name} failed in ${checkout}`);
    return figuresOf(sectionsOf(await Deno.readTextFile(results)).get(name) ?? "");
  } finally {
    await Deno.writeTextFile(results, before);
  }
}

async function git(...args: string[]): Promise<void> {
  const { success } = await new Deno.Command("git", { args, cwd: root, stdin: "null" }).spawn()
    .status;
  if (!success) throw new Error(`git ${args.join(" ")} failed`);
}
