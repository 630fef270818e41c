import { Validator } from "@seriousme/openapi-schema-validator";
import assert from "node:assert/strict";
import { generate, serialize } from "../../tools/openapi_document.ts";
import { mergeDocuments, type OpenApiDocument } from "../../tools/openapi_merge.ts";
import { withNullsApart } from "../../tools/openapi_schemas.ts";
import { functionNames } from "../../tools/project.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  "x-access"?: string[];
  parameters?: { name: string; description?: string }[];
  responses: Record<
    string,
    { description?: string; content?: Record<string, unknown>; headers?: Record<string, unknown> }
  >;
}

const document = await generate();
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) =>
    [`${method.toUpperCase()} ${path}`, operation] as const
  )
);

Deno.test("the OpenAPI document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(JSON.parse(serialize(document)));
  assert.deepStrictEqual(result.errors, undefined);
  assert.strictEqual(result.valid, true);
});

Deno.test("the OpenAPI document comes out the same every time", async () => {
  assert.strictEqual(serialize(await generate()), serialize(document));
});

Deno.test("the OpenAPI document has routes of every function", async () => {
  const documented = new Set(Object.keys(document.paths ?? {}).map((path) => path.split("/")[2]));
  assert.deepStrictEqual([...documented].sort(), await functionNames());
});

Deno.test("every operation has an id of its own, a summary, a known tag and an access rule", () => {
  const ids = operations.map(([, operation]) => operation.operationId);
  assert.deepStrictEqual([...new Set(ids)], ids);
  const tags = (document.tags as { name: string }[]).map((tag) => tag.name);
  for (const [route, operation] of operations) {
    assert.match(operation.operationId ?? "", /^[a-z][A-Za-z]+$/, route);
    assert.match(operation.summary ?? "", /^[A-Z].*[^.]$/, route);
    assert.ok(tags.includes(operation.tags?.[0] ?? ""), route);
    const access = operation["x-access"] ?? [];
    assert.ok(access.length > 0, route);
    for (const one of access) {
      assert.match(
        one,
        /^(everyone|service|cron|user|public|share|key:(ingest|read|admin))$/,
        route,
      );
    }
    assert.ok(operation.security, route);
  }
});

Deno.test("every guarded operation documents its 401 and 403 as problems, OTLP's as OTLP wants them", () => {
  for (const [route, operation] of operations) {
    if (operation["x-access"]?.includes("everyone")) continue;
    for (const status of ["401", "403"]) {
      const content = operation.responses[status]?.content ?? {};
      assert.deepStrictEqual(
        Object.keys(content),
        route.includes("/otlp/")
          ? ["application/json", "application/x-protobuf"]
          : ["application/problem+json"],
        `${route} ${status}`,
      );
    }
  }
});

Deno.test("every scheme an operation asks for is defined, and none is asked for in vain", () => {
  const asked = new Set(
    operations.flatMap(([, { security }]) => (security ?? []).flatMap(Object.keys)),
  );
  const defined = Object.keys(document.components?.["securitySchemes"] ?? {});
  assert.deepStrictEqual([...asked].sort(), defined.sort());
});

Deno.test("every error response has an example of its own for each code, and every response its headers", () => {
  for (const [route, { responses }] of operations) {
    for (
      const [status, { description = "", content = {}, headers = {} }] of Object.entries(responses)
    ) {
      assert.ok("X-Request-Id" in headers, `${route} ${status}`);
      assert.strictEqual("WWW-Authenticate" in headers, status === "401", `${route} ${status}`);
      const problem = content["application/problem+json"] as { examples: object } | undefined;
      if (problem === undefined) continue;
      const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code);
      assert.ok(codes.length > 0, `${route} ${status}`);
      assert.deepStrictEqual(Object.keys(problem.examples), codes, `${route} ${status}`);
    }
    const success = Object.keys(responses).filter((status) => status < "300");
    assert.ok(success.length > 0, route);
  }
});

Deno.test("every operation and every parameter is described", () => {
  for (const [route, { description, parameters = [] }] of operations) {
    assert.match(description ?? "", /\w.*\.$/s, route);
    for (const { name, description } of parameters) {
      assert.match(description ?? "", /\w.*\.$/s, `${route} ${name}`);
    }
  }
});

const head: OpenApiDocument = { openapi: "3.1.0", info: { title: "t", version: "1" } };
const part = (path: string, schema: unknown): OpenApiDocument => ({
  ...head,
  paths: { [path]: { get: {} } },
  components: { schemas: { Shared: schema } },
});

Deno.test("mergeDocuments() joins paths under /v1 and components that agree", () => {
  const merged = mergeDocuments(head, [
    part("/b/x", { type: "string" }),
    part("/a/x", { type: "string" }),
  ]);
  assert.deepStrictEqual(Object.keys(merged.paths ?? {}), ["/v1/a/x", "/v1/b/x"]);
  assert.deepStrictEqual(merged.components, { schemas: { Shared: { type: "string" } } });
});

Deno.test("mergeDocuments() refuses one name for two schemas", () => {
  assert.throws(
    () =>
      mergeDocuments(head, [part("/a/x", { type: "string" }), part("/b/x", { type: "number" })]),
    /components\.schemas Shared is defined twice, and differently/,
  );
});

Deno.test("withNullsApart() lets null be null beside a named schema", () => {
  const $ref = "#/components/schemas/Price";
  const more = { properties: { n: { type: "integer" } } };
  const table: [unknown, unknown][] = [
    [{ allOf: [{ $ref }, { type: ["object", "null"], description: "Which." }] }, {
      description: "Which.",
      anyOf: [{ $ref }, { type: "null" }],
    }],
    [{ allOf: [{ $ref }, { type: ["object", "null"], ...more }] }, {
      anyOf: [{ allOf: [{ $ref }, { type: "object", ...more }] }, { type: "null" }],
    }],
    [{ allOf: [{ $ref }, { type: "object", ...more }] }, {
      allOf: [{ $ref }, { type: "object", ...more }],
    }],
    [{ type: ["string", "null"] }, { type: ["string", "null"] }],
  ];
  for (const [given, expected] of table) {
    assert.deepStrictEqual(withNullsApart({ a: [given] }), { a: [expected] });
  }
});
