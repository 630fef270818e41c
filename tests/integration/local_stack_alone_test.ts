import { deepStrictEqual, equal, match, ok, rejects } from "node:assert/strict";
import { startStack } from "../../local/stack.ts";

/** The schema of these tests: small, and with one case for each promise of the local Supabase. */
const MIGRATION = `
create extension if not exists pg_cron;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

create table public.notes (
  id int primary key,
  owner uuid not null default auth.uid(),
  amount numeric check (amount >= 0),
  written_at timestamptz not null default '2026-01-01 08:00:00+00',
  secret text
);
alter table public.notes enable row level security;
create policy "owners see their notes" on public.notes to authenticated using (owner = auth.uid());
grant select (id, amount, written_at) on public.notes to authenticated;
grant select, insert on public.notes to service_role;

create function public.whoami() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object('role', current_user, 'uid', auth.uid(), 'email', auth.email())
$$;
create function public.limits() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'statement', current_setting('statement_timeout'), 'lock', current_setting('lock_timeout'))
$$;
create function public.refuse() returns void language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'LL404', message = 'user_not_found', detail = 'User not found', hint = 'Look again';
end;
$$;
revoke execute on function public.refuse() from public;
grant execute on function public.refuse() to service_role;
`;

Deno.test("the local Supabase behaves like a hosted one", async (t) => {
  const root = await Deno.makeTempDir({ prefix: "local-stack-test-" });
  await Deno.mkdir(`${root}/supabase/migrations`, { recursive: true });
  await Deno.writeTextFile(
    `${root}/supabase/config.toml`,
    'project_id = "local-stack-test"\n[auth.email]\nenable_confirmations = true\n',
  );
  await Deno.writeTextFile(`${root}/supabase/migrations/20250101000000_test.sql`, MIGRATION);
  const stack = await startStack({ root, port: 0, memory: true, seed: false, scheduler: false });
  const { database, environment } = stack;
  const secret = environment.SUPABASE_SECRET_KEY;
  const publishable = environment.SUPABASE_PUBLISHABLE_KEY;

  /** Status and body of a JSON request. */
  const call = async (path: string, apikey: string, init: RequestInit & { jwt?: string } = {}) => {
    const headers = new Headers({ apikey, "content-type": "application/json" });
    if (init.jwt) headers.set("authorization", `Bearer ${init.jwt}`);
    const response = await fetch(`${stack.url}${path}`, { ...init, headers });
    const body: unknown = JSON.parse(await response.text() || "null");
    return { status: response.status, body };
  };
  const post = (path: string, apikey: string, body: unknown = {}, jwt?: string) =>
    call(path, apikey, { method: "POST", body: JSON.stringify(body), ...(jwt ? { jwt } : {}) });

  try {
    await t.step("a migration is recorded as the Supabase CLI does", async () => {
      deepStrictEqual(
        await database.query("select version, name from supabase_migrations.schema_migrations"),
        [{ version: "20250101000000", name: "test" }],
      );
    });

    await t.step("an error code of our own reaches the caller with its parts", async () => {
      deepStrictEqual(await post("/rest/v1/rpc/refuse", secret), {
        status: 400,
        body: {
          code: "LL404",
          message: "user_not_found",
          details: "User not found",
          hint: "Look again",
        },
      });
    });

    await t.step("a violated check is the caller's fault, not a 500", async () => {
      const note = { id: 9, owner: crypto.randomUUID(), amount: -1 };
      const { status, body } = await post("/rest/v1/notes", secret, note);
      equal(status, 400);
      equal(Reflect.get(Object(body), "code"), "23514");
    });

    await t.step("a revoked function is refused to anon", async () => {
      equal((await post("/rest/v1/rpc/refuse", publishable)).status, 401);
    });

    await t.step("a request has its role's time limits, those of hosted Supabase", async () => {
      deepStrictEqual((await post("/rest/v1/rpc/limits", publishable)).body, {
        statement: "3s",
        lock: "8s",
      });
      deepStrictEqual((await post("/rest/v1/rpc/limits", secret)).body, {
        statement: "8s",
        lock: "8s",
      });
      deepStrictEqual(await database.query("select public.limits()"), [
        { limits: { statement: "0", lock: "0" } },
      ]);
    });

    await t.step("requests at once never run as each other", async () => {
      const keys = Array.from({ length: 20 }, (_, i) => i % 2 ? secret : publishable);
      const answers = await Promise.all(keys.map((key) => post("/rest/v1/rpc/whoami", key)));
      deepStrictEqual(
        answers.map(({ body }) => Reflect.get(Object(body), "role")),
        keys.map((key) => key === secret ? "service_role" : "anon"),
      );
    });

    await t.step(
      "a person signs up, confirms by the mailed code and sees their own rows",
      async () => {
        const email = "ada@example.test";
        const credentials = { email, password: "correct horse" };
        await post("/auth/v1/signup", publishable, credentials);
        const token = "/auth/v1/token?grant_type=password";
        equal((await post(token, publishable, credentials)).status, 400, "before the confirmation");

        const code = /\b\d{6}\b/.exec(stack.mails(email)[0]?.text ?? "")?.[0];
        const verified = { type: "signup", email, token: code };
        equal((await post("/auth/v1/verify", publishable, verified)).status, 200);
        const session = (await post(token, publishable, credentials)).body;
        const jwt = String(Reflect.get(Object(session), "access_token"));
        const uid: unknown = Reflect.get(Object(Reflect.get(Object(session), "user")), "id");
        deepStrictEqual((await post("/rest/v1/rpc/whoami", publishable, {}, jwt)).body, {
          role: "authenticated",
          uid,
          email,
        });
        deepStrictEqual((await post("/rest/v1/rpc/limits", publishable, {}, jwt)).body, {
          statement: "8s",
          lock: "8s",
        });

        await database.query("insert into public.notes (id, owner, amount) values (1, $1, 1.50)", [
          uid,
        ]);
        await database.query("insert into public.notes (id, owner) values (2, gen_random_uuid())");
        deepStrictEqual(
          await call("/rest/v1/notes?select=id,amount,written_at", publishable, { jwt }),
          { status: 200, body: [{ id: 1, amount: 1.5, written_at: "2026-01-01T08:00:00+00:00" }] },
        );
        equal((await call("/rest/v1/notes?select=secret", publishable, { jwt })).status, 403);
      },
    );

    await t.step("requests leave the grants of the migrations alone", async () => {
      const [grants] = await database.query(`select
        has_table_privilege('anon', 'public.notes', 'select') as anon,
        has_table_privilege('authenticated', 'public.notes', 'insert') as authenticated,
        has_column_privilege('authenticated', 'public.notes', 'secret', 'select') as secret,
        has_table_privilege('service_role', 'public.notes', 'delete') as service_role`);
      deepStrictEqual(grants, {
        anon: false,
        authenticated: false,
        secret: false,
        service_role: false,
      });
    });

    await t.step("a failed script leaves no transaction behind", async () => {
      await rejects(database.exec("begin; set local role anon; select 1 / 0"), /division by zero/);
      deepStrictEqual(await database.query("select current_user::text as role"), [{
        role: "postgres",
      }]);
    });

    await t.step("cron.schedule replaces by name and refuses nonsense", async () => {
      const schedule = "select cron.schedule($1, $2, 'select 1') as id";
      const first = await database.query(schedule, ["job", "0 * * * *"]);
      deepStrictEqual(await database.query(schedule, ["job", "5 * * * *"]), first);
      await rejects(database.query(schedule, ["bad", "whenever"]), /invalid schedule: whenever/);
      await database.query("select cron.unschedule('job')");
      await rejects(database.query("select cron.unschedule('job')"), /could not find valid entry/);
    });

    await t.step("a due job runs once in its minute and its request arrives", async () => {
      const seen: { authorization: string | null; body: unknown }[] = [];
      const receiver = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        async (request) => {
          seen.push({
            authorization: request.headers.get("authorization"),
            body: await request.json(),
          });
          return Response.json({ status: "ok" }, { status: 202 });
        },
      );
      try {
        await database.query(`select cron.schedule('call', '0 8 * * 1', $1)`, [
          `select net.http_post(
            url := 'http://127.0.0.1:${receiver.addr.port}/',
            body := '{"scope": "all"}',
            headers := jsonb_build_object('Authorization', 'Bearer ' || (
              select decrypted_secret from vault.decrypted_secrets where name = 'digest_cron_secret'
            )))`,
        ]);
        await database.query("select cron.schedule('broken', '0 8 * * 1', 'select 1 / 0')");
        const { runs, requests } = await stack.runDueJobs(new Date("2026-01-05T08:00:10Z"));
        deepStrictEqual(runs.map(({ jobname, status }) => [jobname, status]), [
          ["call", "succeeded"],
          ["broken", "failed"],
        ]);
        equal(requests, 1);
        for (const again of ["2026-01-05T08:00:50Z", "2026-01-05T08:01:00Z"]) {
          deepStrictEqual(await stack.runDueJobs(new Date(again)), { runs: [], requests: 0 });
        }
      } finally {
        await receiver.shutdown();
      }
      deepStrictEqual(seen, [{
        authorization: `Bearer ${environment.DIGEST_CRON_SECRET}`,
        body: { scope: "all" },
      }]);
      deepStrictEqual(
        await database.query(
          "select status_code, content, timed_out, error_msg from net._http_response",
        ),
        [{ status_code: 202, content: '{"status":"ok"}', timed_out: false, error_msg: null }],
      );
      const details = await database.query<{ status: string; return_message: string }>(
        "select status, return_message from cron.job_run_details order by runid",
      );
      deepStrictEqual(details, [
        { status: "succeeded", return_message: "1 row" },
        { status: "failed", return_message: "ERROR:  division by zero" },
      ]);
    });

    await t.step("a job runs as whoever scheduled it", async () => {
      await database.query(
        "select cron.schedule('mine', '0 9 5 1 *', 'select 1 / (current_user = ''anon'')::int')",
      );
      const { runs: [refused] } = await stack.runDueJobs(new Date("2026-01-05T09:00:00Z"));
      equal(refused?.status, "failed");
      await database.query("update cron.job set username = 'anon' where jobname = 'mine'");
      const { runs: [run] } = await stack.runDueJobs(new Date("2027-01-05T09:00:00Z"));
      deepStrictEqual([run?.jobname, run?.status], ["mine", "succeeded"]);
      await database.query("delete from cron.job where jobname = 'mine'");
    });

    await t.step("a request that fails or takes too long says so in its response", async () => {
      await database.exec("truncate net._http_response");
      const held = Promise.withResolvers<Response>();
      const silent = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => held.promise,
      );
      try {
        await database.query(
          "select net.http_get($1, timeout_milliseconds => 50), net.http_get($2)",
          [`http://127.0.0.1:${silent.addr.port}/`, `http://127.0.0.1:${closedPort()}/`],
        );
        equal((await stack.runDueJobs(new Date("2026-01-06T00:00:00Z"))).requests, 2);
      } finally {
        held.resolve(new Response());
        await silent.shutdown();
      }
      const [late, refused] = await database.query<{ timed_out: boolean; error_msg: string }>(
        "select timed_out, error_msg from net._http_response order by id",
      );
      deepStrictEqual(late, { timed_out: true, error_msg: "Timeout of 50 ms reached" });
      equal(refused?.timed_out, false);
      match(refused?.error_msg ?? "", /refused/i);
    });

    await t.step("a batch waits for all its answers before the next is sent", async () => {
      await database.exec("truncate net._http_response");
      const asked: string[] = [];
      const slow = Promise.withResolvers<Response>();
      const [isAsked, isQueued] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const receiver = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        async (request) => {
          const path = new URL(request.url).pathname;
          asked.push(path);
          if (path === "/slow") {
            isAsked.resolve();
            return await slow.promise;
          }
          if (path !== "/fast") return new Response("late");
          // While the first batch is out, something else comes to be asked.
          await database.query("select net.http_get($1)", [request.url.replace("fast", "next")]);
          isQueued.resolve();
          return new Response("fast");
        },
      );
      try {
        const url = `http://127.0.0.1:${receiver.addr.port}`;
        await database.query("select net.http_get($1), net.http_get($2)", [
          `${url}/slow`,
          `${url}/fast`,
        ]);
        const sent = stack.runDueJobs(new Date("2026-01-06T00:01:00Z"));
        await Promise.all([isAsked.promise, isQueued.promise]);
        deepStrictEqual(asked.sort(), ["/fast", "/slow"]);
        deepStrictEqual(await database.query("select from net._http_response"), []);
        slow.resolve(new Response("slow"));
        equal((await sent).requests, 3);
      } finally {
        slow.resolve(new Response("slow"));
        await receiver.shutdown();
      }
      deepStrictEqual(asked, ["/fast", "/slow", "/next"]);
    });

    await t.step("Vault knows where the functions are", async () => {
      deepStrictEqual(
        await database.query(
          "select decrypted_secret from vault.decrypted_secrets where name = 'functions_url'",
        ),
        [{ decrypted_secret: `${stack.url}/functions/v1` }],
      );
    });
  } finally {
    await stack.stop();
    await Deno.remove(root, { recursive: true });
  }
  ok(!Deno.env.get("SUPABASE_URL")?.startsWith(stack.url), "the environment is as it was before");
});

/** A port that nobody listens on. */
function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
