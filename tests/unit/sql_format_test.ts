import assert from "node:assert/strict";
import { formatSql, longLines } from "../../tools/lib/sql_format.ts";

Deno.test("formatSql() lays out statements and keeps comments, bodies and texts as they are", async () => {
  assert.strictEqual(
    await formatSql(`-- Why.
CREATE TABLE public.a (id int primary key,   b BOOLEAN DEFAULT True, unique nulls not distinct (b));
create function public.f() returns trigger language plpgsql as $$
begin
      return   NULL; -- as it is
end $$;
create function public.g() returns text language sql as $$ SELECT   'x' $$;
comment on function public.f() is 'An  F';
create trigger t after update on public.a referencing old table as b new table as c for each statement execute function public.f();
`),
    `-- Why.
create table public.a (id int primary key, b boolean default true, unique nulls not distinct (b));
create function public.f()
returns trigger
language plpgsql
as $$
begin
      return   NULL; -- as it is
end $$;
create function public.g()
returns text
language sql
as $$ SELECT   'x' $$;
comment on function public.f() is 'An  F';
create trigger t
after update on public.a
referencing old table as b new table as c
for each statement
execute function public.f();
`,
  );
});

Deno.test("formatSql() refuses what it cannot read", async () => {
  await assert.rejects(formatSql("create table (;\n"), /Syntax Error/);
});

Deno.test("formatSql() leaves each part of a text that goes on under the first", async () => {
  const text = `comment on table public.a is
  'What is longer than a line has room for, which is a hundred and twenty characters of the table, '
  'goes on in the next '
  'and, it''s said, the one after.';
`;
  assert.strictEqual(await formatSql(text), text);
});

Deno.test("longLines() names the lines of more than 120 characters", () => {
  const [most, tooLong] = ["x".repeat(120), "x".repeat(121)];
  assert.deepStrictEqual(longLines([most, tooLong, "", tooLong].join("\n")), [2, 4]);
});
