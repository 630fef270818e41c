import openapiTS, { astToString } from "openapi-typescript";
import { fileURLToPath } from "node:url";
import { openApiDocument, type Operation } from "./lib/openapi_routes.ts";

const file = new URL("../client/api.ts", import.meta.url);
const heading = "// Written by `deno task client` from the OpenAPI document; do not edit.\n\n";

/**
 * Writes the types of the API that client/ has, from the committed OpenAPI document; with `--check` it only says whether they are
 * what the document would give, and exits with 1 when they are not.
 */
if (import.meta.main) {
  const document = structuredClone(await openApiDocument());
  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    operation.responses = shortened(operation.responses);
  }
  const text = heading + astToString(await openapiTS(JSON.stringify(document)));
  const path = fileURLToPath(file);
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(file, text);
    console.log(`Wrote ${path}`);
  } else if (await Deno.readTextFile(file) !== text) {
    console.error(`${path} is not what the document says: run \`deno task client\` and commit it`);
    Deno.exit(1);
  }
}

/** Every error is one problem to a client, and headers are the browser's: told thirty times each, they are most of the file. */
function shortened(responses: Operation["responses"]): Operation["responses"] {
  const wanted = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  return {
    ...Object.fromEntries(wanted.map(([status, answer]) => [status, { ...answer, headers: {} }])),
    default: {
      description: "What is wrong",
      content: {
        "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
      },
    },
  };
}
