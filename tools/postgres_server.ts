/** A PostgreSQL server of our own, gone when stopped. */
export interface PostgresServer {
  /** A connection string for an empty database, as its superuser. */
  url: string;
  version: string;
  /** What its own `pg_dump` says about the database. */
  dump(args: string[]): Promise<string>;
  /** Stops it in the middle of whatever it does, as losing power would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A reason that whoever installs packages on this machine can act on. */
export class NoPostgres extends Error {
  override name = "NoPostgres";
}

/** What a server is to be. */
export interface PostgresOptions {
  /** Whether it survives losing power, which tests need not wait for. Default: false. */
  durable?: boolean;
  /** Whether it has loaded pg_cron. Default: true. */
  cron?: boolean;
}

/**
 * Starts a server from Debian's binaries in a temporary folder, on a free loopback port, with pg_cron running in its
 * one database. Only root may not run PostgreSQL, so for root it runs as the user `postgres`.
 * @throws NoPostgres when nothing fit for it is installed.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { bin, version } = await findBinaries();
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "living-lytics-postgres-" });
  const as = Deno.uid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  if (as.length > 0) await run(["chown", "postgres", folder]);
  const data = `${folder}/data`;
  const remove = async () => await Deno.remove(folder, { recursive: true });
  const pgCtl = (...args: string[]) =>
    run([...as, `${bin}/pg_ctl`, "-D", data, "-w", "-s", ...args], folder);
  try {
    await run([
      ...as,
      `${bin}/initdb`,
      "-D",
      data,
      "-U",
      superuser,
      "-A",
      "trust",
      "-E",
      "UTF8",
      "--locale=C.UTF-8",
      "-N",
    ], folder);
    const port = freePort();
    await Deno.writeTextFile(`${data}/postgresql.conf`, settings(port, folder, options), {
      append: true,
    });
    const start = async () => {
      try {
        await pgCtl("-l", `${folder}/log`, "start");
      } catch (cause) {
        throw new Error(await Deno.readTextFile(`${folder}/log`), { cause });
      }
    };
    await start();
    const base = `postgres://${superuser}@127.0.0.1:${port}`;
    await run(
      [`${bin}/psql`, "-q", "-c", `create database ${database}`, `${base}/postgres`],
      folder,
    );
    const stop = async () => {
      await pgCtl("-m", "immediate", "stop");
      await remove();
    };
    return {
      url: `${base}/${database}`,
      version,
      dump: (args) => output([`${bin}/pg_dump`, ...args, `${base}/${database}`]),
      crash: async () => {
        await pgCtl("-m", "immediate", "stop");
        await start();
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const database = "living_lytics";

/** As on hosted Supabase, where `postgres` is none. */
const superuser = "supabase_admin";

function settings(
  port: number,
  folder: string,
  { durable = false, cron = true }: PostgresOptions,
): string {
  return `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${folder}'
${cron ? CRON : ""}
max_worker_processes = 20
fsync = ${durable ? "on" : "off"}
timezone = 'UTC'
`;
}

const CRON = `
shared_preload_libraries = 'pg_cron'
cron.database_name = '${database}'
cron.use_background_workers = on
`;

/** The newest server in Debian's places that has the extensions the tests are about. */
async function findBinaries(): Promise<{ bin: string; version: string }> {
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
      return { bin: `${root}/${version}/bin`, version };
    }
  }
  throw new NoPostgres(
    "PostgreSQL with pg_cron and pgTAP is not installed: apt-get install postgresql-15 postgresql-15-cron postgresql-15-pgtap",
  );
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

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Runs a program to its end. Its output is left alone: a server it starts would hold a pipe of ours open. */
async function run(command: string[], cwd?: string): Promise<void> {
  const [program = "", ...args] = command;
  const { success } = await new Deno.Command(program, {
    args,
    ...(cwd ? { cwd } : {}),
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${command.join(" ")} failed`);
}

async function output(command: string[]): Promise<string> {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
