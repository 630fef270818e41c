import postgres from "postgres";
import {
  debianBinaries,
  NoPostgres,
  npmBinaries,
  type PostgresBinaries,
} from "./lib/postgres_binaries.ts";

export { NoPostgres };

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

/** What a server is to be. */
export interface PostgresOptions {
  /** Whether it survives losing power, which tests need not wait for. Default: false. */
  durable?: boolean;
  /** Whether it has loaded pg_cron, where it has it. Default: true. */
  cron?: boolean;
  /** Whose it is: Debian's, with the real pg_cron, or that of npm, of the major version that config.toml names. Default: Debian's. */
  from?: "debian" | "npm";
  /** Further lines of postgresql.conf. */
  settings?: string;
}

/**
 * Starts a server in a temporary folder, on a free loopback port, Debian's with pg_cron running in its one database. Only root may not run PostgreSQL, so for root it runs as the user `postgres`.
 * @throws NoPostgres when nothing fit for it is installed.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "living-lytics-postgres-" });
  const as = Deno.uid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  if (as.length > 0) await run(["chown", "postgres", folder]);
  const data = `${folder}/data`;
  const remove = async () => await Deno.remove(folder, { recursive: true });
  try {
    const { from = "debian" } = options;
    const server = await (from === "npm" ? npmBinaries(`${folder}/server`) : debianBinaries());
    const { bin, version } = server;
    const pgCtl = (...args: string[]) =>
      run([...as, `${bin}/pg_ctl`, "-D", data, "-w", "-s", ...args], folder);
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
    await Deno.writeTextFile(`${data}/postgresql.conf`, settings(port, folder, server, options), {
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
    await createDatabase(`${base}/postgres`);
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
  { hasCron }: PostgresBinaries,
  { durable = false, cron = true, settings = "" }: PostgresOptions,
): string {
  return `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${folder}'
${cron && hasCron ? CRON : ""}
max_worker_processes = 20
fsync = ${durable ? "on" : "off"}
timezone = 'UTC'
${settings}
`;
}

const CRON = `
shared_preload_libraries = 'pg_cron'
cron.database_name = '${database}'
cron.use_background_workers = on
`;

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    await sql.unsafe(`create database ${database}`);
  } finally {
    await sql.end();
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
