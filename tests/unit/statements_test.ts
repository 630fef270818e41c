import { deepStrictEqual, ok } from "node:assert/strict";
import { piecesOf } from "../../local/statements.ts";

/** Scripts and the statements they are made of. */
const scripts: [string, string[]][] = [
  ["select 1; select 2", ["select 1;", " select 2"]],
  ["select ';'; select ''';'", ["select ';';", " select ''';'"]],
  ["select e'\\';'; select 2;", ["select e'\\';';", " select 2;"]],
  ['select 1 as "a;b"; select 2', ['select 1 as "a;b";', " select 2"]],
  ["select 1 -- not; here\n; select 2", ["select 1 -- not; here\n;", " select 2"]],
  ["select /* a; /* b; */ ; */ 1; select 2", ["select /* a; /* b; */ ; */ 1;", " select 2"]],
  ["do $$ begin; end; $$; select 2", ["do $$ begin; end; $$;", " select 2"]],
  ["do $a$ $b$;$$;$b$ $a$; select $1;", ["do $a$ $b$;$$;$b$ $a$;", " select $1;"]],
  ["select a$b$; select c$b$;", ["select a$b$;", " select c$b$;"]],
  ["create function f() begin atomic select 1; end; select 2;", [
    "create function f() begin atomic select 1; end; select 2;",
  ]],
  ["select 1;\n", ["select 1;"]],
  ["", [""]],
];

for (const [script, statements] of scripts) {
  Deno.test(`piecesOf() finds ${statements.length} in ${JSON.stringify(script)}`, () => {
    const pieces = piecesOf(script, 1);
    deepStrictEqual(pieces.map(({ sql }) => sql), statements);
    for (const { sql, start } of pieces) ok(script.slice(start).startsWith(sql));
  });
}

Deno.test("piecesOf() joins statements up to a size", () => {
  const script = "select 1; ".repeat(100);
  const pieces = piecesOf(script, 200);
  deepStrictEqual(pieces.length, 5);
  deepStrictEqual(pieces.map(({ sql }) => sql).join(""), script);
});
