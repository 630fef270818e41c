/** A small web site of a customer's: another origin than the API's. */
export interface Site extends AsyncDisposable {
  origin: string;
}

/** Serves files by path on a free port; `/` is `index.html`. A `URL` is a file on this machine. */
export function serveSite(files: Record<string, string | URL>): Site {
  const types: Record<string, string> = {
    html: "text/html",
    js: "text/javascript",
    css: "text/css",
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const name = new URL(request.url).pathname.slice(1) || "index.html";
      const file = files[name];
      if (file === undefined) return new Response(null, { status: 404 });
      const body = file instanceof URL ? await Deno.readFile(file) : file;
      const type = types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
      return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
