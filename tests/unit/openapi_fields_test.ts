import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import assert from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { type Field, fieldsOf } from "../helpers/contract/fields.ts";

/**
 * What the OpenAPI document says of each field: how a text is written that is a time, a day, an address or an id, and between which
 * numbers one is that is sent.
 */
const fields = fieldsOf(openapi);

/** Ids that others choose or that are no UUID, by the end of their name; and what is kept as it came. */
const othersIds = [
  /(^|[.?])(external|anonymous|previous|group|developer|response|session|pipeline|event|delivery|actor|object|request|public)_id$/,
  /^(AliasPerson|GroupPerson|IdentifyPerson|TrackEvent)\.user_id$/, // of whoever tracks
  /^(AiSession\.(calls|edits)\[\]|SessionRecord|Key|FoundPerson|RudderSourceConfig\.source)\.id$/,
  /^\w+ \/v1\/analytics\/persons\/\{id\}(\/export)?\?id$/, // u:… or a:…
  /^DeliveryEvent\.created_at$/, // Resend's
];

const written: [RegExp, string][] = [
  [/(^|[._?])(\w+_at|at|timestamp)$/, "date-time"],
  [/(^|[._?])(\w+_date|date|week_start|period_start|today|valid_from)$/, "date"],
  [/(^|[._?])email$/, "email"],
  [/(^|[._?])(\w+_id|id)$/, "uuid"],
];

Deno.test("a text that is a time, a day, an e-mail address or an id of ours says so", () => {
  const silent = fields.filter(isPlainText).filter(({ path }) =>
    written.some(([name]) => name.test(path)) && !othersIds.some((one) => one.test(path))
  );
  assert.deepStrictEqual(silent.map(({ path }) => path), []);
});

Deno.test("what says how it is written says what its name means", () => {
  const wrong = fields.filter(({ path, schema }) => {
    const expected = written.find(([name]) => name.test(path))?.[1];
    return expected === "date-time" && schema.format === "date" ||
      expected === "date" && schema.format === "date-time";
  });
  assert.deepStrictEqual(wrong.map(({ path }) => path), []);
});

Deno.test("every number that is sent has a least and a most", () => {
  const open = fields.filter(({ isSent, schema }) =>
    isSent && isNumber(schema) && (least(schema) === undefined || most(schema) === undefined)
  );
  assert.deepStrictEqual(open.map(({ path }) => path), []);
});

Deno.test("every example of a problem is one, of the status that it stands at", () => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ ...openapi, $id: "document" });
  const isProblem = ajv.compile({ $ref: "document#/components/schemas/Problem" });
  let seen = 0;
  for (const [path, operations] of Object.entries(openapi.paths)) {
    for (const [method, { responses }] of Object.entries(operations as Operations)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const examples = content?.["application/problem+json"]?.examples ?? {};
        for (const [code, { value }] of Object.entries(examples)) {
          const where = `${method} ${path} ${status} ${code}`;
          assert.ok(isProblem(value), `${where}: ${JSON.stringify(isProblem.errors)}`);
          assert.deepStrictEqual([String(value.status), value.code], [status, code], where);
          seen++;
        }
      }
    }
  }
  assert.ok(seen > 1000, String(seen));
});

Deno.test("fieldsOf() finds fields in parameters, bodies and answers, however deep, and once each", () => {
  const string = { type: "string" };
  const document = {
    paths: {
      "/shop": {
        post: {
          parameters: [{ name: "page", schema: { type: "integer" } }],
          requestBody: { content: { json: { schema: { $ref: "#/components/schemas/Shop" } } } },
          responses: {
            200: { content: { json: { schema: { $ref: "#/components/schemas/Shop" } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        Shop: {
          properties: {
            id: string,
            rooms: {
              items: { anyOf: [{ properties: { size: { type: "number" } } }, { type: "null" }] },
            },
          },
        },
      },
    },
  };
  assert.deepStrictEqual(
    fieldsOf(document).filter(({ schema }) => schema.type).map((
      { path, isSent },
    ) => [path, isSent]),
    [
      ["POST /shop?page", true],
      ["Shop.id", true],
      ["Shop.rooms[].size", true],
      ["Shop.rooms[]", true],
      ["Shop.id", false],
      ["Shop.rooms[].size", false],
      ["Shop.rooms[]", false],
    ],
  );
});

type Operations = Record<string, {
  responses: Record<string, {
    content?: Record<string, {
      examples?: Record<string, { value: { status: number; code: string } }>;
    }>;
  }>;
}>;

function isPlainText({ schema: { type, format, pattern, ...rest } }: Field): boolean {
  const isText = [type].flat().includes("string");
  return isText && format === undefined && pattern === undefined && !("enum" in rest) &&
    !("const" in rest);
}

function isNumber({ type, ...rest }: Field["schema"]): boolean {
  return [type].flat().some((one) => one === "integer" || one === "number") && !("enum" in rest);
}

function least({ minimum, exclusiveMinimum }: Field["schema"]): number | undefined {
  return minimum ?? exclusiveMinimum;
}

function most({ maximum, exclusiveMaximum }: Field["schema"]): number | undefined {
  return maximum ?? exclusiveMaximum;
}
