import { cpus, totalmem } from "node:os";
import type { Figure } from "./figure.ts";

const file = new URL("RESULTS.md", import.meta.url);
const head =
  "# Results\n\nWritten by `deno task bench`, section by section; every figure is a ratio taken in one run.\n";

/** Puts the figures of a benchmark in place of its section of bench/RESULTS.md, and leaves the others. */
export async function keepFigures(bench: string, figures: Figure[]): Promise<void> {
  const sections = sectionsOf(await Deno.readTextFile(file));
  const rows = figures.map(({ name, ratio, detail }) => `| ${name} | ${ratio} | ${detail} |\n`);
  sections.set(
    bench,
    `${machine()}\n\n| figure | ratio | what was measured |\n| --- | --- | --- |\n${rows.join("")}`,
  );
  const text = [...sections].map(([name, body]) => `\n## ${name}\n\n${body}`);
  await Deno.writeTextFile(file, head + text.join(""));
}

/** The sections of the file by benchmark: their text below the heading. */
export function sectionsOf(text: string): Map<string, string> {
  return new Map(
    text.split(/^## /m).slice(1).map((section) => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), `${section.slice(end).trim()}\n`];
    }),
  );
}

/** The figures of a section, as {@link keepFigures} wrote them. */
export function figuresOf(section: string): Figure[] {
  return [...section.matchAll(/^\| (.+?) \| (.+?) \| (.+) \|$/gm)].flatMap((row) => {
    const [, name = "", ratio = "", detail = ""] = row;
    return name === "figure" || name === "---" ? [] : [{ name, ratio, detail }];
  });
}

function machine(): string {
  const cpu = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpu}, ${memory}, ${Deno.build.os}, Deno ${Deno.version.deno}, PostgreSQL 15`;
}
