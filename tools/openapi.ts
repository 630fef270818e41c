import { fileURLToPath } from "node:url";
import { writeEndpointsPage } from "./docs.ts";
import { generate, serialize } from "./openapi_document.ts";

const file = new URL("../supabase/functions/docs/openapi.json", import.meta.url);

/**
 * Writes the OpenAPI document of all functions, which `/docs/openapi.json` serves, and the page of endpoints that is made
 * of it; with `--check` it only says whether the committed document is what the routes would give, and exits with 1 when
 * it is not.
 */
if (import.meta.main) {
  const text = serialize(await generate());
  const path = fileURLToPath(file);
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(file, text);
    console.log(`Wrote ${path}`);
    await writeEndpointsPage();
  } else if (await Deno.readTextFile(file) !== text) {
    console.error(`${path} is not what the routes say: run \`deno task openapi\` and commit it`);
    Deno.exit(1);
  }
}
