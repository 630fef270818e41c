import type { EmailMessage } from "@supabase/lite";
import { fileURLToPath } from "node:url";
import { bootstrap } from "./bootstrap.ts";
import { type Config, readConfig } from "./config.ts";
import { serveDashboard } from "./dashboard.ts";
import { type Database, type OpenDatabase, openPglite, openPostgres } from "./database.ts";
import {
  type Environment,
  generatedSecrets,
  mergeEnvironment,
  readFunctionsEnv,
} from "./environment.ts";
import { installStandIns } from "./extensions/install.ts";
import { edgeFunctions } from "./functions.ts";
import { route, type Routes } from "./gateway.ts";
import { nameIssuer } from "./issuer.ts";
import { supabaseApp } from "./lite.ts";
import { Mailbox } from "./mailbox.ts";
import { migrate, seed } from "./migrations.ts";
import { problem } from "./problem.ts";
import { resetPglite, resetPostgres } from "./reset.ts";
import { RoleSettings } from "./role_settings.ts";
import { type DueJobs, runDueJobs, startScheduler } from "./scheduler.ts";
import { StartError } from "./start_error.ts";
import { lockState } from "./state.ts";
import { putVaultSecrets } from "./vault.ts";

export interface StackOptions {
  /** The project folder, the one with `supabase/` in it. Default: this repository. */
  root?: string;
  /** Default: the API port of config.toml; 0 takes a free one. */
  port?: number;
  hostname?: string;
  /** Keep nothing: the database lives in memory, and without `stateDir` the secrets do too. */
  memory?: boolean;
  /** A PostgreSQL server to use instead of PGlite. */
  databaseUrl?: string;
  /** Where database and secrets are kept. Default: `.local` in the project, nothing with `memory`. */
  stateDir?: string;
  /** Run seed.sql if this database has not had it. */
  seed: boolean;
  /** Empty the database first. */
  reset?: boolean;
  /** Variables that win over the process environment. */
  environment?: Record<string, string>;
  /** Run cron jobs and queued HTTP requests by the clock. Default: true. */
  scheduler?: boolean;
  /** Build the dashboard before anybody asks for it. */
  buildDashboard?: boolean;
  /** Takes what is worth a line: captured mails, failed jobs, functions that do not load. */
  log?: (line: string) => void;
  /** Takes how far the start is. */
  tell?: (progress: string) => void;
}

/** A running local Supabase. */
export interface Stack {
  url: string;
  port: number;
  /** The port of config.toml, whatever this one is. */
  configuredPort: number;
  environment: Environment;
  database: Database;
  /** Files applied by this start. */
  applied: { migrations: string[]; seeds: string[] };
  /** Runs the cron jobs due in the minute of `now` once and sends the HTTP requests that are queued. */
  runDueJobs(now: Date): Promise<DueJobs>;
  /** Resolves when no function works in the background any more. */
  backgroundDone(): Promise<void>;
  /** Mails the auth service sent to an address, oldest first; nothing is delivered. */
  mails(to: string): EmailMessage[];
  stop(): Promise<void>;
}

/**
 * Starts database, REST, auth and functions on one port and resolves when all of it answers.
 * Throws {@link StartError} for a reason that one line can tell.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const cleanup = new AsyncDisposableStack();
  try {
    return await start(options, cleanup);
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, cleanup: AsyncDisposableStack): Promise<Stack> {
  const root = options.root ?? fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
  const log = options.log ?? (() => {});
  const tell = options.tell ?? (() => {});
  const config = await readConfig(root);
  const stateDir = options.stateDir ?? (options.memory ? undefined : `${root}/.local`);
  if (stateDir) await Deno.mkdir(stateDir, { recursive: true });

  const gate = Promise.withResolvers<Routes | undefined>();
  const server = listen(options, config, gate.promise);
  const shutDown = once(() => finishRequests(server));
  cleanup.defer(() => {
    gate.resolve(undefined);
    return shutDown();
  });
  const url = `http://${server.addr.hostname}:${server.addr.port}`;

  const environment = mergeEnvironment(url, {
    overrides: options.environment ?? {},
    process: Deno.env.toObject(),
    functionsEnv: await readFunctionsEnv(root),
    generated: await generatedSecrets(stateDir),
  });
  cleanup.defer(setEnvironment(environment));
  const functions = edgeFunctions(root, config, log);
  const warming = functions.warm();

  tell("Opening the database");
  const open = await openDatabase(options, stateDir, cleanup);
  const { database } = open;
  const mailbox = new Mailbox(log);
  const roles = new RoleSettings();
  const app = supabaseApp(open.connection, config, environment, mailbox, roles);
  await bootstrap(database, app);
  const applied = {
    migrations: config.db.migrations.enabled ? await migrate(database, root, tell) : [],
    seeds: options.seed && config.db.seed.enabled
      ? await seed(database, root, config.db.seed.sql_paths, tell)
      : [],
  };
  await putVaultSecrets(database, {
    functions_url: `${url}/functions/v1`,
    digest_cron_secret: environment.DIGEST_CRON_SECRET,
  });
  await roles.read(database);
  tell("Loading the functions");
  await open.connection.clearSchemaCache();
  await warming;

  const dashboard = serveDashboard(root, log);
  cleanup.defer(() => dashboard.stop());
  if (options.buildDashboard) dashboard.build();
  gate.resolve({
    functions: functions.handlers,
    dashboard,
    supabase: async (request) => {
      // Read before the database is taken: a client that sends slowly must not hold up everyone.
      const body = request.body && await request.arrayBuffer();
      const complete = new Request(request.url, {
        method: request.method,
        headers: request.headers,
        body,
      });
      const response = await open.exclusive(() => app.fetch(complete));
      if (!new URL(request.url).pathname.startsWith("/auth/")) return response;
      return await nameIssuer(response, {
        issuer: `${url}/auth/v1`,
        secret: environment.SUPABASE_JWT_SECRET ?? "",
      });
    },
  });
  // Undone from the last to the first: no new jobs, then the running requests, then the database.
  cleanup.defer(() => noLongerThan(5_000, functions.background.done()));
  cleanup.defer(shutDown);
  if (options.scheduler ?? true) {
    const scheduler = startScheduler(database, log);
    cleanup.defer(() => scheduler.stop());
  }
  return {
    url,
    port: server.addr.port,
    configuredPort: config.api.port,
    environment,
    database,
    applied,
    runDueJobs: (now) => runDueJobs(database, now),
    backgroundDone: () => functions.background.done(),
    mails: (to) => mailbox.to(to),
    stop: () => cleanup.disposeAsync(),
  };
}

/** Binds the port at once, so that a taken one is known before anything is touched; requests wait for `routes`. */
function listen(options: StackOptions, config: Config, routes: Promise<Routes | undefined>) {
  const hostname = options.hostname ?? "127.0.0.1";
  const port = options.port ?? config.api.port;
  try {
    return Deno.serve({
      hostname,
      port,
      onListen: () => {},
      onError: (error) => {
        console.error(error);
        return problem(500, "Internal Server Error", "Internal error");
      },
    }, async (request, info) => {
      const ready = await routes;
      if (!ready) return problem(503, "Service Unavailable", "The local Supabase did not start");
      return await route(request, info.remoteAddr, ready);
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new StartError(`Port ${port} is taken: stop what uses it, or choose another with --port`);
  }
}

/** Lets running requests finish, but not for ever. */
async function finishRequests(server: Deno.HttpServer): Promise<void> {
  await noLongerThan(5_000, server.shutdown());
}

async function noLongerThan(milliseconds: number, work: Promise<void>): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, milliseconds);
  await Promise.race([work, patience.promise]);
  clearTimeout(timer);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => done ??= work();
}

async function openDatabase(
  options: StackOptions,
  stateDir: string | undefined,
  cleanup: AsyncDisposableStack,
): Promise<OpenDatabase> {
  let open: OpenDatabase;
  if (options.databaseUrl) {
    open = await openPostgres(options.databaseUrl);
    cleanup.defer(() => open.database.close());
    if (options.reset) await resetPostgres(open.database, options.databaseUrl);
    await installStandIns(open.database, options.databaseUrl);
    return open;
  }
  const folder = options.memory || !stateDir ? undefined : `${stateDir}/db`;
  if (folder && stateDir) {
    const lock = await lockState(stateDir);
    cleanup.defer(() => lock.release());
    if (options.reset) await resetPglite(folder);
  }
  open = await openPglite(folder);
  cleanup.defer(() => open.database.close());
  return open;
}

/** Sets the variables of this process, where functions read them; answers how to put them back. */
function setEnvironment(environment: Environment): () => void {
  const before = Object.keys(environment).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  };
}
