import assert from "node:assert/strict";
import { draftOf, unseenRows } from "../../tools/lib/migration_draft.ts";

Deno.test("draftOf() keeps the statements, schedules jobs in whatever the database is called, and lists rows", () => {
  const printed = `│
▲  Connected to 127.0.0.1 without TLS.
SET local check_function_bodies = off;

SELECT cron.schedule_in_database('x', '* * * * *', 'select ''1''', 'living_lytics', NULL, true);
`;
  const draft = draftOf(printed, ['+ row of public.a {"b": 1}']);
  assert.match(draft, /^-- DRAFT/);
  assert.ok(draft.endsWith(
    `which it leaves to you:
--   + row of public.a {"b": 1}

SET local check_function_bodies = off;

select cron.schedule('x', '* * * * *', 'select ''1''');
`,
  ));
  assert.doesNotMatch(draftOf(printed, []), /Rows of catalogues/);
});

Deno.test("unseenRows() are the rows that only one side has, and nothing else", () => {
  assert.deepStrictEqual(
    unseenRows(["job x", "row of a 1", "row of a 2"], ["job y", "row of a 2", "row of a 3"]),
    ["- row of a 1", "+ row of a 3"],
  );
});
