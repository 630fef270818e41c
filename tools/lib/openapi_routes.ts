/** One operation of the OpenAPI document, as far as the tools read it. */
export interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  deprecated?: boolean;
  "x-access"?: string[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

export interface Parameter {
  name: string;
  in: "query" | "path" | "header" | "cookie";
  required?: boolean;
  deprecated?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  description?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
}

export interface Document {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { parameters?: Record<string, Parameter> };
}

/** The committed OpenAPI document. */
export async function openApiDocument(): Promise<Document> {
  const file = new URL("../../supabase/functions/docs/openapi.json", import.meta.url);
  return JSON.parse(await Deno.readTextFile(file));
}

/** `GET /v1/…` of every route in the committed document. */
export async function openApiRoutes(): Promise<Set<string>> {
  const { paths } = await openApiDocument();
  return new Set(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
    ),
  );
}
