import type { Document, Operation, Parameter, Schema } from "./openapi_routes.ts";

interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** The page that lists every endpoint of the API by its subject, made of the OpenAPI document and nothing else. */
export function endpointsPage(document: Document): string {
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Route => ({
      method: method.toUpperCase(),
      path,
      operation,
    }))
  );
  const groups = document.tags
    .map((tag) => ({
      ...tag,
      routes: routes.filter(({ operation }) => operation.tags?.[0] === tag.name),
    }))
    .filter((group) => group.routes.length > 0);
  return [
    introduction(document),
    groups.map(({ name, description }) => `- [${name}](#${name}): ${lowerFirst(description)}`).join(
      "\n",
    ),
    ...groups.map(({ name, description, routes }) =>
      [
        `## ${name}`,
        `${description}.`,
        table(routes),
        ...routes.map((route) => details(document, route)),
      ].join("\n\n")
    ),
  ].join("\n\n") + "\n";
}

function introduction({ info }: Document): string {
  return `<!-- Written by \`deno task docs\` from supabase/functions/docs/openapi.json; do not edit. -->

# Endpoints

${info.description}

Base URL: \`https://<ref>.supabase.co/functions\`, locally \`http://127.0.0.1:54321/functions\`. The same as an OpenAPI 3.1
document: \`GET /v1/docs/openapi.json\`. What each caller is and sends: [security](security.md#who-can-call-what). What the
answers' numbers mean: [numbers](numbers.md). Beside its own problems every route may answer 500, and its path 405 to a method that
it does not have, with those it has in \`Allow\`.

| in the tables below | who that is |
| --- | --- |
| service | \`Authorization: Bearer $API_SECRET_KEY\`, or the project's secret key in \`apikey\` |
| user | a signed-in person's access token |
| key \`scope\` | an organization's API key with that scope |
| cron | \`Authorization: Bearer $DIGEST_CRON_SECRET\` |
| public | nobody signed in, with the \`public_id\` of an organization that has public reads on |
| everyone | no credential |`;
}

function table(routes: Route[]): string {
  const rows = routes.map(({ method, path, operation }) =>
    `| [\`${method} ${path}\`](#${anchor(method, path)}) | ${who(operation)} | ${
      cell(operation.summary)
    } |`
  );
  return ["| method and path | who | what |", "| --- | --- | --- |", ...rows].join("\n");
}

/** What every route may answer is told once, at the top. */
const ofEveryRoute = ["405", "500"];

function details(document: Document, { method, path, operation }: Route): string {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const body = bodyOf(operation);
  const answers = Object.entries(operation.responses);
  const good = answers.filter(([status]) => Number(status) < 400);
  const problems = answers.map(([status]) => status)
    .filter((status) => Number(status) >= 400 && !ofEveryRoute.includes(status));
  return [
    `### ${method} ${path}`,
    `${operation.deprecated ? "**Deprecated.** " : ""}${
      operation.description ?? `${operation.summary}.`
    }`,
    parameters.length > 0 ? parameters.map(parameterLine).join("\n") : undefined,
    [
      body,
      ...good.map(([status, { description }]) => `${status}: ${description}.`),
      problems.length > 0 ? `Problems: ${problems.join(", ")}.` : undefined,
    ].filter((part) => part !== undefined).join(" "),
  ].filter((part) => part !== undefined).join("\n\n");
}

function parameterLine(parameter: Parameter): string {
  const { name, in: place, required, schema = {} } = parameter;
  const description = parameter.description ?? schema.description;
  const facts = [
    place === "query" ? undefined : place,
    kind(schema),
    required ? "required" : undefined,
    parameter.deprecated ? "deprecated" : undefined,
  ]
    .filter((fact) => fact !== undefined).join(", ");
  const standard = schema.default === undefined ? "" : ` Default \`${String(schema.default)}\`.`;
  return `- \`${name}\` (${facts})${
    description === undefined ? "" : `: ${description}`
  }${standard}`;
}

function kind(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type ?? "any";
  const { minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : "";
  return `${schema.format ?? type}${range}`;
}

function bodyOf({ requestBody }: Operation): string | undefined {
  if (requestBody === undefined) return undefined;
  const names = Object.entries(requestBody.content).map(([type, { schema = {} }]) => {
    const references = [schema, ...schema.anyOf ?? [], ...schema.oneOf ?? []]
      .flatMap(({ $ref }) => $ref === undefined ? [] : [`\`${$ref.split("/").at(-1)}\``]);
    return references.length > 0 ? `${references.join(" or ")} as \`${type}\`` : `\`${type}\``;
  });
  return `Body: ${names.join("; ")}.`;
}

function who(operation: Operation): string {
  const access = operation["x-access"] ?? [];
  const scopes = access.filter((one) => one.startsWith("key:")).map((one) => `\`${one.slice(4)}\``);
  const others = access.filter((one) => !one.startsWith("key:"));
  const key = scopes.length > 0 ? [`key ${scopes.join(" or ")}`] : [];
  const isOpen = others.length === 0 && key.length === 0;
  return isOpen ? "everyone" : [
    ...others.filter((one) => one !== "public"),
    ...key,
    ...others.filter((one) => one === "public"),
  ].join(", ");
}

function resolve(document: Document, parameter: Parameter | { $ref: string }): Parameter {
  if (!("$ref" in parameter)) return parameter;
  const name = parameter.$ref.split("/").at(-1) ?? "";
  const found = document.components.parameters?.[name];
  if (found === undefined) {
    throw new Error(`The OpenAPI document has no parameter ${parameter.$ref}`);
  }
  return found;
}

/** As GitHub makes it of the heading `GET /v1/orgs/{id}`. */
function anchor(method: string, path: string): string {
  return `${method} ${path}`.toLowerCase().replaceAll(/[^a-z0-9_\- ]/g, "").replaceAll(" ", "-");
}

function cell(text = ""): string {
  return text.replaceAll("|", "\\|");
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
