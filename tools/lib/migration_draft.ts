/**
 * A migration from what `supabase db diff --use-pg-delta` printed: its statements, under a comment that says what it does not
 * see. `rows` are the differences between rows of catalogues, which are among that.
 */
export function draftOf(printed: string, rows: string[]): string {
  const statements = printed.split("\n")
    // Before the statements it says how it connects.
    .filter((line) => !/^[│▲]/.test(line))
    .join("\n")
    .replaceAll(SCHEDULE, "select cron.schedule($1, $2, $3);")
    .trim();
  const unseen = rows.length === 0 ? "" : `${UNSEEN}${rows.map((row) => `--   ${row}\n`).join("")}`;
  return `${WHY}${unseen}\n${statements}\n`;
}

/** The rows of catalogues that only the one (-) or the other (+) database has. */
export function unseenRows(migrated: string[], declared: string[]): string[] {
  const isRow = (line: string) => line.startsWith("row of ");
  const without = (lines: string[], others: string[]) =>
    lines.filter((line) => isRow(line) && !others.includes(line));
  return [
    ...without(migrated, declared).map((line) => `- ${line}`),
    ...without(declared, migrated).map((line) => `+ ${line}`),
  ];
}

/** A job of the database's own name, which is another's elsewhere. */
const SCHEDULE =
  /select cron\.schedule_in_database\(\s*('(?:[^']|'')*'),\s*('(?:[^']|'')*'),\s*('(?:[^']|'')*'),\s*'[^']*',\s*NULL,\s*true\s*\);/gi;

const WHY =
  `-- DRAFT, to be read: say here why this exists, and delete what follows of this comment.
-- What wrote it sees no rows. It takes the partitions of a month for tables of the schema, writes CHECKs with brackets
-- of its own, and drops and makes again what could be renamed or altered: see that no data goes with it, that what is
-- large is not locked for long, and that statements are lower case as everywhere.
`;

const UNSEEN = "-- Rows of catalogues that differ, which it leaves to you:\n";
