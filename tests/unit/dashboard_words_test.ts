import { deepStrictEqual, ok } from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { hasDefinition, knowsReason } from "../../dashboard/src/words.ts";

/** Every value that a member by one of these names can have in an answer. */
function valuesOf(value: unknown, names: RegExp, found = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (names.test(name)) { for (const one of enumsIn(inner)) found.add(one); }
    valuesOf(inner, names, found);
  }
  return found;
}

function enumsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("$ref" in value && typeof value.$ref === "string") {
    const name = value.$ref.split("/").at(-1) ?? "";
    return enumsIn((openapi.components.schemas as Record<string, unknown>)[name]);
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "enum" && Array.isArray(inner)
      ? inner.filter((one) => typeof one === "string")
      : enumsIn(inner)
  );
}

Deno.test("the dashboard has words for every reason that an answer can give", () => {
  const reasons = [...valuesOf(openapi, /^(null_reason|band_reason)$/)];
  ok(reasons.length > 20);
  deepStrictEqual(reasons.filter((reason) => !knowsReason(reason)), []);
});

Deno.test("the dashboard knows the definitions of the numbers in docs/numbers.md", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/numbers.md", import.meta.url));
  const ids = [...text.matchAll(/`([a-z]+\.[a-z_]+)@\d+`/g)].map(([, id]) => id ?? "");
  ok(ids.length > 30);
  deepStrictEqual([...new Set(ids)].filter((id) => !hasDefinition(id)), []);
});
