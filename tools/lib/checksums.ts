import { projectRoot } from "./schemas.ts";

/** SHA-256 by file name, as `sha256sum` prints it. */
export type Checksums = Map<string, string>;

const listName = "supabase/migrations/checksums";

/** The committed list: what each migration was when it landed. */
export async function listedChecksums(root: string = projectRoot): Promise<Checksums> {
  return parseChecksums(await Deno.readTextFile(`${root}/${listName}`));
}

/** What the migrations are now, by name. */
export async function migrationChecksums(root: string = projectRoot): Promise<Checksums> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${root}/supabase/migrations`)) {
    if (name.endsWith(".sql")) names.push(name);
  }
  const checksums: Checksums = new Map();
  for (const name of names.sort()) {
    const bytes = await Deno.readFile(`${root}/supabase/migrations/${name}`);
    checksums.set(name, new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex());
  }
  return checksums;
}

/** In one sentence each, where the migrations are not those of the list. */
export function checksumFaults(listed: Checksums, found: Checksums): string[] {
  const faults = [...found].flatMap(([name, checksum]) => {
    const expected = listed.get(name);
    if (expected === undefined) return [`${name} is not in ${listName}`];
    return expected === checksum
      ? []
      : [`${name} was edited after it had landed: add a migration instead`];
  });
  const gone = [...listed.keys()].filter((name) => !found.has(name));
  return [...faults, ...gone.map((name) => `${name} is in ${listName} and gone`)];
}

/** Writes the list anew. */
export async function writeChecksums(
  checksums: Checksums,
  root: string = projectRoot,
): Promise<void> {
  const lines = [...checksums].map(([name, checksum]) => `${checksum}  ${name}\n`);
  await Deno.writeTextFile(`${root}/${listName}`, lines.join(""));
}

/** Reads lines of `CHECKSUM  NAME`. */
export function parseChecksums(text: string): Checksums {
  return new Map(
    text.split("\n").filter((line) => line !== "").map((line) => {
      const match = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line);
      if (!match) throw new Error(`${listName}: ${line} is no checksum and name`);
      return [match[2] ?? "", match[1] ?? ""];
    }),
  );
}
