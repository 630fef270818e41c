import { pathToFileURL } from "node:url";
import { openPglite } from "../local/database.ts";
import { declareSchema, prepare } from "./lib/prepared_database.ts";
import {
  comparePrices,
  genaiPrices,
  type ListPrice,
  piPrices,
  type PriceDifference,
} from "./lib/price_catalogues.ts";
import { schemaScript } from "./lib/schemas.ts";

const genai = "@pydantic/genai-prices@0.1.8";
const pi = "@earendil-works/pi-ai@1.6.0";
const makers = {
  [genai]: ["anthropic", "openai", "google", "deepseek", "x-ai", "moonshotai", "mistral", "zai"],
  [pi]: ["anthropic", "openai", "google", "deepseek", "xai", "moonshotai", "mistral"],
};

/**
 * Compares the seeded price table with the catalogues of prices that packages on npm ship, and lists what is missing
 * from it or differs. Only what makers charge themselves is compared, not what resellers do. Run by `deno task prices`; an argument is the
 * day the prices are asked of, today without one.
 */
if (import.meta.main) {
  const day = Deno.args[0] ?? new Date().toISOString().slice(0, 10);
  const read = await catalogues(day);
  const seeded = await seededPrices(read.flatMap(({ prices }) => prices), day);
  for (const { name, prices } of read) {
    const differences = comparePrices(prices, (model) => seeded.get(model) ?? null);
    console.log(`\n${name}: ${prices.length} prices, ${differences.length} to look at`);
    for (const difference of differences) console.log(`  ${lineOf(difference)}`);
  }
}

function lineOf(difference: PriceDifference): string {
  const { model, input, output, cacheRead, cacheWrite } = difference.price;
  if (difference.kind === "differs") {
    const { field, catalogue, seeded } = difference;
    return `differs  ${model}: ${field} ${catalogue}, here ${seeded}`;
  }
  return `missing  ${model}: ${input} in, ${output} out, cache ${cacheRead ?? "?"} read, ${
    cacheWrite ?? "?"
  } write`;
}

async function catalogues(day: string): Promise<{ name: string; prices: ListPrice[] }[]> {
  const { findProvider } = await moduleOf(genai, "dist/index.js") as {
    findProvider(by: { providerId: string }): { models: unknown };
  };
  const { MODELS } = await moduleOf(pi, "dist/models.generated.js") as {
    MODELS: Record<string, unknown>;
  };
  return [
    {
      name: genai,
      prices: makers[genai].flatMap((providerId) =>
        genaiPrices(findProvider({ providerId }).models, day)
      ),
    },
    { name: pi, prices: makers[pi].flatMap((maker) => piPrices(MODELS[maker])) },
  ];
}

/** A module of a package, which is fetched without what it depends on. */
async function moduleOf(name: string, path: string): Promise<unknown> {
  const folder = await Deno.makeTempDir({ prefix: "prices-" });
  try {
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder, name]);
    await run("tar", ["-xzf", `${folder}/${stdout.trim()}`, "-C", folder]);
    return await import(pathToFileURL(`${folder}/package/${path}`).href);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(command: string, args: string[]): Promise<{ stdout: string }> {
  const { success, stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  return { stdout: new TextDecoder().decode(stdout) };
}

/** The seeded prices that calls of these models would get on a day. */
async function seededPrices(
  asked: ListPrice[],
  day: string,
): Promise<Map<string, ListPrice | undefined>> {
  const open = await openPglite(undefined);
  await prepare(open);
  await declareSchema(open.database, await schemaScript());
  const known = new Map<string, ListPrice | undefined>();
  for (const { model } of asked) {
    const [price] = await open.database.query<ListPrice>(
      `select p.model, p.input_usd as input, p.output_usd as output, p.cache_read_usd as "cacheRead", p.cache_write_usd as "cacheWrite"
       from private.ai_price(null, $1, $2::date) p where p.model is not null`,
      [model, day],
    );
    known.set(model, price);
  }
  await open.database.close();
  return known;
}
