/**
 * Serves functions as the hosted gateway does, on a free loopback port, until stdin is closed: `hosted_runner.ts FOLDER ENTRY NAME…`,
 * where a function's module is `FOLDER/NAME/ENTRY`.
 * Says on stderr where: what functions log goes to stdout, and nobody has to read that. Runs on Deno 2.1.4 too.
 */
interface EdgeFunction {
  default: { fetch(request: Request): Response | Promise<Response> };
}

const functions = new Map<string, EdgeFunction>();
const [folder = ".", entry = "index.ts", ...names] = Deno.args;
for (const name of names) functions.set(name, await import(`file://${folder}/${name}/${entry}`));

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.error(`listening on http://127.0.0.1:${port}`),
}, async (request) => {
  const found = functions.get(new URL(request.url).pathname.split("/")[1] ?? "");
  return await found?.default.fetch(request) ?? new Response(null, { status: 404 });
});

for await (const _chunk of Deno.stdin.readable);
Deno.exit(0);
