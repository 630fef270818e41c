import { fileURLToPath } from "node:url";

const dist = new URL("../dashboard/dist/", import.meta.url);

/** What a part of the page may weigh, compressed. */
const budgets = { "first view": 60, "chart": 110, "style": 10 } as const;
const kilobyte = 1000;

/**
 * Says what the page weighs that lies in dashboard/dist, and exits with 1 when a part is heavier than it may be: the scripts that the
 * first view loads, the one that draws charts, and the style sheet; all in kB as gzip compresses them.
 */
if (import.meta.main) {
  const weights = await weigh();
  let isTooHeavy = false;
  for (const [part, most] of Object.entries(budgets)) {
    const weight = weights[part as keyof typeof budgets] / kilobyte;
    isTooHeavy ||= weight > most;
    console.log(`${part}: ${weight.toFixed(1)} kB of ${most}`);
  }
  if (isTooHeavy) Deno.exit(1);
}

async function weigh(): Promise<Record<keyof typeof budgets, number>> {
  const page = await Deno.readTextFile(new URL("index.html", dist));
  const first = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, name]) => name ?? "");
  const style = /href="\/([^"]+\.css)"/.exec(page)?.[1] ?? "";
  const names = [...Deno.readDirSync(dist)].map(({ name }) => name);
  const chart = names.filter((name) => /^chart-.*\.js$/.test(name));
  if (first.length === 0 || style === "" || chart.length !== 1) {
    throw new Error(`${fileURLToPath(dist)} has no page: deno task dashboard:build`);
  }
  const sum = async (files: string[]) =>
    (await Promise.all(files.map(compressed))).reduce((total, size) => total + size, 0);
  return { "first view": await sum(first), chart: await sum(chart), style: await sum([style]) };
}

async function compressed(name: string): Promise<number> {
  const { body } = new Response(await Deno.readFile(new URL(name, dist)));
  if (body === null) return 0;
  const stream = body.pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
