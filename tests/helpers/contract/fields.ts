/** A schema of JSON Schema, as far as the tests of the document read it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** A schema of the document, and where it stands: `POST /v1/shop?page`, `Shop.rooms[].size`. */
export interface Field {
  path: string;
  schema: Schema;
  /** Whether it is of a parameter or of a body, not of an answer. */
  isSent: boolean;
}

interface Document {
  paths: object;
  components: object;
}

interface Operation {
  parameters?: { name: string; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

type Content = Record<string, { schema?: Schema }>;

/** Every schema of an OpenAPI document, those with a name once for what is sent and once for what is answered. */
export function fieldsOf({ paths, components }: Document): Field[] {
  const { schemas = {} } = components as { schemas?: Record<string, Schema> };
  const fields: Field[] = [];
  const seen = new Set<string>();
  const visit = (schema: Schema, path: string, isSent: boolean): void => {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split("/").at(-1) ?? "";
      const found = schemas[name];
      if (found === undefined || seen.has(`${name} ${isSent}`)) return;
      seen.add(`${name} ${isSent}`);
      return visit(found, name, isSent);
    }
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      visit(one, `${path}.${name}`, isSent);
    }
    if (schema.items) visit(schema.items, `${path}[]`, isSent);
    if (typeof schema.additionalProperties === "object") {
      visit(schema.additionalProperties, `${path}{}`, isSent);
    }
    for (const one of [schema.allOf, schema.anyOf, schema.oneOf].flat()) {
      if (one !== undefined) visit(one, path, isSent);
    }
    fields.push({ path, schema, isSent });
  };
  const inContent = (content: Content = {}, path: string, isSent: boolean): void => {
    for (const { schema } of Object.values(content)) if (schema) visit(schema, path, isSent);
  };
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, one] of Object.entries(item as Record<string, Operation>)) {
      const route = `${method.toUpperCase()} ${path}`;
      for (const { name, schema } of one.parameters ?? []) visit(schema, `${route}?${name}`, true);
      inContent(one.requestBody?.content, route, true);
      for (const [status, { content }] of Object.entries(one.responses)) {
        inContent(content, `${route} ${status}`, false);
      }
    }
  }
  return fields;
}
