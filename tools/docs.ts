import { endpointsPage } from "./lib/endpoints_page.ts";
import { openApiDocument } from "./lib/openapi_routes.ts";

const file = new URL("../docs/endpoints.md", import.meta.url);

/**
 * Writes docs/endpoints.md from the committed OpenAPI document; with `--check` it only says whether the page is what the document
 * would give, and exits with 1 when it is not.
 */
if (import.meta.main) {
  if (!Deno.args.includes("--check")) {
    await writeEndpointsPage();
  } else if (await Deno.readTextFile(file) !== endpointsPage(await openApiDocument())) {
    console.error(
      "docs/endpoints.md is not what the OpenAPI document says: run `deno task docs` and commit it",
    );
    Deno.exit(1);
  }
}

/** Writes the page from the committed OpenAPI document. */
export async function writeEndpointsPage(): Promise<void> {
  await Deno.writeTextFile(file, endpointsPage(await openApiDocument()));
  console.log("Wrote docs/endpoints.md");
}
