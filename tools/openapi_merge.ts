import { isDeepStrictEqual } from "node:util";

/** The parts of an OpenAPI 3.1 document that merging touches. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string };
  servers?: unknown[];
  tags?: unknown[];
  paths?: Record<string, unknown>;
  components?: Record<string, Record<string, unknown>>;
}

/**
 * Joins the documents of several functions under one head, with `/v1` before each path. Two functions may name the same
 * component only if they mean the same.
 * @throws Error naming a path or component that two documents define differently.
 */
export function mergeDocuments(
  head: OpenApiDocument,
  documents: OpenApiDocument[],
): OpenApiDocument {
  const paths: Record<string, unknown> = {};
  const components = structuredClone(head.components ?? {});
  for (const document of documents) {
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      addOnce(paths, `/v1${path}`, item, "path");
    }
    for (const [kind, named] of Object.entries(document.components ?? {})) {
      const known = components[kind] ??= {};
      for (const [name, component] of Object.entries(named)) {
        addOnce(known, name, component, `components.${kind}`);
      }
    }
  }
  return {
    ...head,
    paths: sorted(paths),
    components: sorted(
      Object.fromEntries(Object.entries(components).map(([kind, named]) => [kind, sorted(named)])),
    ),
  };
}

function addOnce(
  target: Record<string, unknown>,
  name: string,
  value: unknown,
  where: string,
): void {
  if (Object.hasOwn(target, name) && !isDeepStrictEqual(target[name], value)) {
    throw new Error(`${where} ${name} is defined twice, and differently`);
  }
  target[name] = value;
}

function sorted<Value>(values: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1));
}
