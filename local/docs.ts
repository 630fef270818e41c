import { problem } from "./problem.ts";

const ASSETS: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Living Lytics API</title>
  <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="api"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script type="module">
    const document = await (await fetch("/functions/v1/docs/openapi.json")).json();
    SwaggerUIBundle({
      // Only the server that this page comes from: a credential that is typed in here goes nowhere else.
      spec: { ...document, servers: [{ url: location.origin + "/functions" }] },
      dom_id: "#api",
      deepLinking: true,
      docExpansion: "none",
      defaultModelsExpandDepth: 0,
      filter: true,
      persistAuthorization: true,
    });
  </script>
</body>
</html>
`;

/** Swagger UI, from the npm package, on the OpenAPI document of the function `docs`. */
export async function serveDocs(url: URL): Promise<Response> {
  const file = url.pathname.replace(/^\/docs\/?/, "");
  if (file === "") {
    return new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
  }
  const type = ASSETS[file];
  if (!type) return problem(404, "Not Found", "No such path");
  const { readable } = await Deno.open(new URL(import.meta.resolve(`swagger-ui-dist/${file}`)));
  return new Response(readable, {
    headers: { "content-type": type, "cache-control": "public, max-age=86400" },
  });
}
