type Node = Record<string, unknown>;

/**
 * The document with every schema that may be null saying so where it is read: the generator writes a nullable extension of a named
 * schema as `allOf: [the named one, an object or null]`, which null never fits, because it is no object of that name.
 */
export function withNullsApart<Document>(document: Document): Document {
  return JSON.parse(
    JSON.stringify(document),
    (_, value) => isNode(value) ? nullApart(value) : value,
  );
}

function nullApart(schema: Node): Node {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf) || !allOf.some(mayBeNull)) return schema;
  const parts: Node[] = allOf.filter(isNode).map((part) =>
    mayBeNull(part) ? withoutNull(part) : part
  );
  const description = parts.map((part) => part["description"]).find((one) => one !== undefined);
  const constraints = parts
    .map(({ description: _, ...part }) => part)
    .filter((part) => Object.keys(part).some((key) => key !== "type"));
  const [only, ...others] = constraints;
  return {
    ...rest,
    ...description === undefined ? {} : { description },
    anyOf: [others.length === 0 ? only : { allOf: constraints }, { type: "null" }],
  };
}

function mayBeNull(part: unknown): boolean {
  return isNode(part) && Array.isArray(part["type"]) && part["type"].includes("null");
}

function withoutNull(part: Node): Node {
  const types = Array.isArray(part["type"]) ? part["type"].filter((type) => type !== "null") : [];
  return { ...part, type: types.length === 1 ? types[0] : types };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
