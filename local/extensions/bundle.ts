import type { Extension } from "@electric-sql/pglite";
import { pathToFileURL } from "node:url";

/** The extensions of hosted Supabase that PGlite lacks, as `create extension` names them. */
export const STAND_INS = ["pg_cron", "pg_net", "supabase_vault"] as const;
export type StandIn = (typeof STAND_INS)[number];

/** A file of a stand-in as PostgreSQL's extension folder names it. */
export interface ExtensionFile {
  name: string;
  text: string;
}

/** The control file and the script of one stand-in. */
export async function standInFiles(name: StandIn): Promise<ExtensionFile[]> {
  const folder = new URL(".", import.meta.url);
  const files: ExtensionFile[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name === `${name}.control` || entry.name.startsWith(`${name}--`)) {
      files.push({ name: entry.name, text: await Deno.readTextFile(new URL(entry.name, folder)) });
    }
  }
  return files.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The stand-ins in the form PGlite loads: each a gzipped tar that mirrors PostgreSQL's share folder,
 * written into `folder` (PGlite reads bundles from files only, before it opens the database).
 */
export async function pgliteStandIns(folder: string): Promise<Record<StandIn, Extension>> {
  const bundles = await Promise.all(STAND_INS.map(async (name) => {
    const path = `${folder}/${name}.tar.gz`;
    await Deno.writeFile(path, await gzip(tar(await standInFiles(name))));
    return [name, path] as const;
  }));
  const extension = (wanted: StandIn): Extension => ({
    name: wanted,
    setup: () => {
      const path = bundles.find(([name]) => name === wanted)?.[1] ?? "";
      return Promise.resolve({ bundlePath: pathToFileURL(path) });
    },
  });
  return {
    pg_cron: extension("pg_cron"),
    pg_net: extension("pg_net"),
    supabase_vault: extension("supabase_vault"),
  };
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const BLOCK = 512;

/** A POSIX ustar archive of the files under share/postgresql/extension/. */
function tar(files: ExtensionFile[]): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap((file) => {
    const body = new TextEncoder().encode(file.text);
    const padding = new Uint8Array((BLOCK - (body.length % BLOCK)) % BLOCK);
    return [header(`share/postgresql/extension/${file.name}`, body.length), body, padding];
  });
  parts.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const write = (offset: number, text: string) => block.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0") + "\0";
  write(0, path);
  write(100, octal(0o644, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(size, 11));
  write(136, octal(0, 11));
  // The checksum counts its own eight bytes as spaces.
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\0" + "00");
  write(148, octal(block.reduce((sum, byte) => sum + byte, 0), 6) + " ");
  return block;
}
