import { format } from "prettier";
import * as sql from "prettier-plugin-sql-cst";

/**
 * SQL laid out by Prettier with https://github.com/nene/prettier-plugin-sql-cst. Bodies of functions, blocks of `do` and texts stay as they
 * are: it would put each argument of a long call on a line of its own, names and values of a JSON object apart. {@link longLines} names
 * what is too long in them.
 * @throws when it cannot read a statement, or when more than white space and the case of words would change
 */
export async function formatSql(text: string): Promise<string> {
  const formatted = unmask(
    await format(mask(text), {
      parser: "postgresql",
      plugins: [sql],
      printWidth: 118,
      sqlKeywordCase: "lower",
      sqlLiteralCase: "lower",
      sqlTypeCase: "lower",
      sqlCanonicalSyntax: false,
    }),
  );
  if (essence(formatted) !== essence(text)) {
    throw new Error("formatting would change more than white space");
  }
  return formatted;
}

/** The longest line of SQL. */
const maxLength = 120;

/** The numbers of the lines that are too long. */
export function longLines(text: string): number[] {
  return text.split("\n").flatMap((line, index) => line.length > maxLength ? [index + 1] : []);
}

/** Hides what the plugin cannot read or would write wrongly behind what it leaves alone. */
function mask(text: string): string {
  return text
    // Bodies in languages that it does not know are left as they are.
    .replaceAll(/\blanguage (sql|plpgsql)\b/g, "language body_of_$1")
    .replaceAll(/^(comment on function [a-z_.0-9]+)\(\)/gm, "$1(no_arguments)")
    .replaceAll(/\b(old table as \w+) (new table as \w+)/g, "$1 /* $2 */")
    .replaceAll("unique nulls not distinct (", "unique /* nulls not distinct */ (");
}

function unmask(text: string): string {
  return withTextsAligned(text)
    .replaceAll(/\blanguage body_of_(sql|plpgsql)\b/g, "language $1")
    .replaceAll("(no_arguments)", "()")
    .replaceAll(/\s*\/\* (new table as \w+) \*\/\s*/g, " $1\n")
    .replaceAll(/\s*\/\* nulls not distinct \*\/\s*\(/g, " nulls not distinct (");
}

/** Texts that go on in the next line, which it writes one space from the left, each part under the first. */
function withTextsAligned(text: string): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const [, indent, before] = /^( +)('.*') ?$/.exec(lines.at(-1) ?? "") ?? [];
    const goesOn = indent !== undefined && before !== undefined && /^ '/.test(line);
    if (goesOn) lines[lines.length - 1] = indent + before;
    lines.push(goesOn ? indent + line.slice(1) : line);
  }
  return lines.join("\n");
}

/** Everything but white space and letter case. */
function essence(text: string): string {
  return text.replaceAll(/\s+/g, "").toLowerCase();
}
