/** How many pairs of tenants are held apart from each other: one, and more in `deno task soak`. */
export const tenantRounds = Number(Deno.env.get("TENANT_ROUNDS") ?? 1);

/** Adds to a count that `deno task soak` reports; outside of it, nothing is counted. */
export function tally(what: string, count = 1): void {
  const file = Deno.env.get("SOAK_TALLY");
  if (file) Deno.writeTextFileSync(file, `${what} ${count}\n`, { append: true });
}

/** The sums of what was counted into a file. */
export async function readTally(file: string): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const line of (await Deno.readTextFile(file)).split("\n")) {
    const [, what, count] = /^(.+) (\d+)$/.exec(line) ?? [];
    if (what) sums.set(what, (sums.get(what) ?? 0) + Number(count));
  }
  return sums;
}
