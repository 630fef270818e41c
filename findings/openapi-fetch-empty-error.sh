#!/usr/bin/env bash
# openapi-fetch 0.17.0: an answer that is an error and has an empty body with `Content-Length: 0`, as proxies and gateways send
# for 502 and 503.
# One would guess that `error` is set for every answer that is not 2xx, as `if (error)` in its examples suggests. Both `data` and
# `error` are undefined, so that code which looks at `error` alone takes a failed call for one that answered nothing. Only
# `response.ok` tells. With the same status and any body, even one character, `error` is set.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund openapi-fetch@0.17.0

cat >probe.mjs <<'JS'
import { createServer } from "node:http";
import createClient from "openapi-fetch";

const server = createServer((request, response) => {
  const body = request.url === "/empty" ? "" : "x";
  response.writeHead(503, { "content-length": String(body.length) });
  response.end(body);
}).listen(0, "127.0.0.1", async () => {
  const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}` });
  for (const path of ["/empty", "/text"]) {
    const { data, error, response } = await client.GET(path);
    console.log(`${path}: status ${response.status}, data ${data}, error ${error}`);
  }
  server.closeAllConnections();
  server.close();
});
JS
cat >expected <<'TEXT'
/empty: status 503, data undefined, error undefined
/text: status 503, data undefined, error x
TEXT
node probe.mjs | tee seen
diff expected seen && echo "as seen on 2026-11-28"
