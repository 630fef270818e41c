#!/usr/bin/env bash
# @hono/zod-openapi 1.6.3 with zod 4.6.7: `Named.nullable()` where Named has an OpenAPI name.
# One would guess that the document accepts null just where the schema does. Whether it does depends on which use comes first:
#   nullable first: the component itself becomes `type: [object, null]`, so that the other uses accept null too;
#   nullable last:  `allOf` of the component (an object) and of `[object, null]`, which null never fits;
#   a component that extends another: null never fits, in either order.
# What is served is right all the while, so only checking live answers against the document shows it, and a generated client has
# the wrong type.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @hono/zod-openapi@1.6.3 zod@4.6.7 hono@4.13.19 ajv@8.20.0

cat >probe.mjs <<'JS'
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import Ajv from "ajv/dist/2020.js";

function acceptsNull(isExtended, order) {
  const named = z.object({ a: z.number() }).openapi("Named");
  const schema = isExtended ? named.extend({ b: z.number() }).openapi("Extended") : named;
  const answer = z.object(
    order === "first"
      ? { maybe: schema.nullable(), always: schema }
      : { always: schema, maybe: schema.nullable() },
  ).openapi("Answer");
  const app = new OpenAPIHono();
  const content = { "application/json": { schema: answer } };
  app.openapi(
    createRoute({ method: "get", path: "/", responses: { 200: { description: "it", content } } }),
    (c) => c.json({}),
  );
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "t", version: "1" } });
  const ajv = new Ajv({ strict: false });
  ajv.addSchema(document, "document");
  const of = (name) => ({
    schema: answer.shape[name].safeParse(null).success,
    document: ajv.compile({ $ref: `document#/components/schemas/Answer/properties/${name}` })(null),
  });
  return { maybe: of("maybe"), always: of("always") };
}

for (const isExtended of [false, true]) {
  for (const order of ["first", "last"]) {
    const { maybe, always } = acceptsNull(isExtended, order);
    console.log(
      `${isExtended ? "extended" : "plain"}, nullable ${order}:`,
      `nullable use ${maybe.schema} ${maybe.document},`,
      `other use ${always.schema} ${always.document}`,
    );
  }
}
JS
cat >expected <<'TEXT'
plain, nullable first: nullable use true true, other use false true
plain, nullable last: nullable use true false, other use false false
extended, nullable first: nullable use true false, other use false false
extended, nullable last: nullable use true false, other use false false
TEXT
echo "accepts null, by the schema and by the document:"
node probe.mjs | tee seen
diff expected seen && echo "as seen on 2026-11-28"
