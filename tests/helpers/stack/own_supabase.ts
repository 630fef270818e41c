import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { createApiKey } from "../../../supabase/functions/_shared/http/api_key.ts";
import type { Query } from "../analytics/event_invariants.ts";
import { testEnv } from "./api.ts";
import { functionEnvironment } from "./in_process.ts";

/** A local Supabase in a process of its own, for tests that take its database away. */
export interface OwnSupabase {
  url: string;
  port: number;
  /** Ends it in the middle of whatever it does. */
  stop(): Promise<void>;
}

/** Starts a local Supabase on a server's database, without demo data, and resolves when its functions answer. */
export async function startOwnSupabase(
  databaseUrl: string,
  port = freePort(),
): Promise<OwnSupabase> {
  const state = await Deno.makeTempDir({ prefix: "own-supabase-" });
  const url = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL("../../../local/main.ts", import.meta.url));
  const args = ["run", "-A", main, "--no-seed", "--state", state, "--port", String(port)];
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { ...functionEnvironment(), SUPABASE_URL: url, DATABASE_URL: databaseUrl },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await untilItAnswers(`${url}/functions/v1/health/liveness`);
  const stop = async () => {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(state, { recursive: true });
  };
  return { url, port, stop };
}

async function untilItAnswers(url: string): Promise<void> {
  const patience = AbortSignal.timeout(300_000);
  while (!patience.aborted) {
    try {
      const answer = await fetch(url, { signal: patience });
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25)); // nobody listens yet
    }
  }
  throw new Error(`${url} does not answer`);
}

/** Lets `work` ask a server's database, past row-level security, on a connection that is closed afterwards. */
export async function withDatabase<T>(
  url: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(async (statement, ...params) => [
      ...await sql.unsafe(statement, params.map(String)),
    ]);
  } finally {
    await sql.end();
  }
}

/** Who sends in an organization: a key of scope `ingest`, and the address of a member, whom metrics are about. */
export interface Tracker {
  orgId: string;
  email: string;
  key: string;
}

/** Makes one, past the API. */
export async function newTracker(query: Query): Promise<Tracker> {
  const [org] = await query(
    "insert into public.organizations (name) values ('Trackers') returning id",
  );
  const orgId = String(org?.["id"]);
  const { key, id, secretHash } = createApiKey(testEnv("TEST_API_KEY_SECRET"));
  await query(
    `insert into public.api_keys (id, org_id, name, scopes, secret_hash)
     values ($1, $2::uuid, 'Trackers', '{ingest}', $3)`,
    id,
    orgId,
    secretHash,
  );
  const email = `${orgId}@example.test`;
  await query(
    `with person as (insert into public.users (email, org_id) values ($1, $2::uuid) returning id)
     insert into public.memberships (org_id, user_id, role) select $2::uuid, id, 'owner' from person`,
    email,
    orgId,
  );
  return { orgId, email, key };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
