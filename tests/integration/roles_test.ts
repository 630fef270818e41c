import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";

Deno.test({
  name:
    "migrations and jobs are those of a role postgres that is no superuser, as on hosted Supabase",
  // In PGlite everybody is the superuser postgres.
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    assert.deepStrictEqual(
      await sql(
        `select rolname, rolsuper, rolinherit, rolbypassrls, rolcanlogin from pg_roles
         where rolname !~ '^pg_' order by rolname`,
      ),
      [
        role("anon"),
        role("authenticated"),
        { ...role("authenticator"), rolinherit: false, rolcanlogin: true },
        { ...role("postgres"), rolbypassrls: true, rolcanlogin: true },
        { ...role("service_role"), rolbypassrls: true },
        { ...role("supabase_admin"), rolsuper: true, rolbypassrls: true, rolcanlogin: true },
      ],
    );
    assert.deepStrictEqual(
      await sql(
        `select distinct relowner::regrole::text as owner from pg_class
         where relnamespace in ('public'::regnamespace, 'private'::regnamespace)
         union select distinct proowner::regrole::text from pg_proc
         where pronamespace = 'private'::regnamespace
         union select distinct username from cron.job`,
      ),
      [{ owner: "postgres" }],
    );
  },
});

function role(rolname: string) {
  return { rolname, rolsuper: false, rolinherit: true, rolbypassrls: false, rolcanlogin: false };
}
