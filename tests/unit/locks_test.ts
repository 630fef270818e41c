import { deepStrictEqual, ok } from "node:assert/strict";

/** What these tests read of deno.json and of a lock file. */
interface Imports {
  imports: Record<string, string>;
  scopes: Record<string, Record<string, string>>;
}
interface Lock {
  specifiers: Record<string, string>;
  npm: Record<string, unknown>;
}

const root = new URL("../../", import.meta.url);
const [own, functions, client, dashboard, started, tested] = await Promise.all([
  read<Imports>("deno.json"),
  read<Imports>("supabase/functions/deno.json"),
  read<Imports>("client/deno.json"),
  read<Imports>("dashboard/deno.json"),
  read<Lock>("deno.lock"),
  read<Lock>("tests/deno.lock"),
]);

Deno.test("`deno task start` installs nothing that only tests need", () => {
  // The page too, which start builds.
  const members = [own, functions, client, dashboard];
  const needed = new Set(members.flatMap(({ imports }) => Object.values(imports)));
  const onlyTests = Object.values(own.scopes)
    .flatMap((scope) => Object.values(scope))
    .filter((specifier) => !needed.has(specifier));
  ok(onlyTests.includes("npm:happy-dom@21.0.4"));
  deepStrictEqual(
    onlyTests.filter((specifier) => specifier in started.specifiers),
    [],
    "deno.lock has packages of tests, because something of tests/ ran without --lock=tests/deno.lock: take deno.lock back with git",
  );
});

Deno.test("whatever `deno task start` installs is needed by local/ or the functions", async () => {
  const sources: string[] = [];
  for await (const { name, isFile } of Deno.readDir(new URL("local/", root))) {
    if (isFile) sources.push(await Deno.readTextFile(new URL(`local/${name}`, root)));
  }
  const isUsed = (name: string) =>
    sources.some((source) => new RegExp(`["\`]${name}["\`/]`).test(source));
  deepStrictEqual(
    Object.keys(own.imports).filter((name) => !isUsed(name) && name !== "postgres"),
    [],
    'a package that local/ does not import belongs into "scopes" of deno.json',
  );
});

Deno.test("tests run on the versions that `deno task start` installs", () => {
  const versions = new Set(Object.keys(tested.npm).map(withoutPeers));
  deepStrictEqual(
    Object.keys(started.npm).map(withoutPeers).filter((one) => !versions.has(one)),
    [],
  );
});

/** `hono@4.13.19` of a key that says which peers the package was installed beside. */
function withoutPeers(key: string): string {
  return key.replace(/(?<=.@[^_]*)_.*$/, "");
}

async function read<T>(path: string): Promise<T> {
  const parsed: T = JSON.parse(await Deno.readTextFile(new URL(path, root)));
  return parsed;
}
