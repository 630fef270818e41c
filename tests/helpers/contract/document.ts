import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import openapi from "../../../supabase/functions/docs/openapi.json" with { type: "json" };
import type { Answer } from "../stack/api.ts";

interface Header {
  required?: boolean;
  schema: Record<string, unknown>;
}
interface Response {
  description: string;
  headers?: Record<string, { $ref: string } | Header>;
  content?: Record<string, unknown>;
  "x-formats"?: Record<string, string>;
}
interface Operation {
  responses: Record<string, Response>;
}

/** The headers that an answer may only have where the document says so. */
const ours = [
  "x-request-id",
  "etag",
  "retry-after",
  "www-authenticate",
  "allow",
  "ratelimit",
  "ratelimit-policy",
  "idempotent-replayed",
];
const paths = openapi.paths as unknown as Record<string, Record<string, Operation>>;
const headers = openapi.components.headers as Record<string, Header>;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addFormat("binary", true).addFormat("password", true);
ajv.addSchema({ ...openapi, $id: "document" });

/** What an answer has that the OpenAPI document does not say of its route, or lacks of what it says. */
export function untruths(route: string, answer: Answer<unknown>): string[] {
  const [method = "", path = ""] = route.split(" ");
  const status = String(answer.status);
  const response = paths[path]?.[method.toLowerCase()]?.responses[status];
  if (response === undefined) return [`${status} is not documented: ${answer.text.slice(0, 200)}`];
  const place = ["paths", path, method.toLowerCase(), "responses", status].map(pointed).join("/");
  return [...headerFaults(response, answer), ...contentFaults(response, place, answer)];
}

/** The codes of the problems that a route may answer, as the descriptions of its responses have them. */
export function documentedProblems(route: string): { status: number; code: string }[] {
  const [method = "", path = ""] = route.split(" ");
  const { responses = {} } = paths[path]?.[method.toLowerCase()] ?? {};
  return Object.entries(responses).filter(([status]) => status >= "400").flatMap((
    [status, { description }],
  ) =>
    [...description.matchAll(/`(\w+)`/g)].map(([, code = ""]) => ({ status: Number(status), code }))
  );
}

function headerFaults(response: Response, answer: Answer<unknown>): string[] {
  const faults: string[] = [];
  const documented = new Map(
    Object.entries(response.headers ?? {}).map(([name, header]) => [name.toLowerCase(), header]),
  );
  for (const [name, header] of documented) {
    const { required, schema } = "$ref" in header
      ? headers[header.$ref.split("/").at(-1) ?? ""] ?? { schema: {} }
      : header;
    const value = answer.headers.get(name);
    if (value === null && required) faults.push(`the header ${name} is missing`);
    if (value === null) continue;
    const read = schema["type"] === "integer" ? Number(value) : value;
    if (!ajv.validate(schema, read)) faults.push(`the header ${name} is ${value}`);
  }
  for (const name of ours) {
    if (answer.headers.has(name) && !documented.has(name)) {
      faults.push(`the header ${name} is not documented`);
    }
  }
  return faults;
}

function contentFaults(response: Response, place: string, answer: Answer<unknown>): string[] {
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const documented = Object.keys(response.content ?? {});
  if (answer.text === "" && documented.length === 0) return [];
  if (Object.values(response["x-formats"] ?? {}).includes(type)) return [];
  if (!documented.includes(type)) {
    return [`the content is ${type} and not ${documented.join(" or ") || "empty"}`];
  }
  if (!/[/+]json$/.test(type)) return [];
  const ref = `document#/${place}/content/${pointed(type)}/schema`;
  const validate = ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
  return validate(answer.body) ? [] : (validate.errors ?? []).map(told);
}

function told({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || "the body"} ${message} ${JSON.stringify(params)}`;
}

/** A member of a JSON pointer, in a URI. */
function pointed(member: string): string {
  return encodeURIComponent(member.replaceAll("~", "~0").replaceAll("/", "~1"));
}
