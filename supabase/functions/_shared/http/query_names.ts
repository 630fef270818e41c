import type { MiddlewareHandler } from "hono";
import { z } from "@hono/zod-openapi";
import { type FieldError, Problem } from "./problem.ts";

/** Names that say how a request travels, not what it asks: supabase-js and Supabase's gateway put them in the query. */
const ofTheGateway = ["forceFunctionRegion", "apikey"];

/** Spread into a route whose callers are not ours to teach: it ignores the names in a query that it does not know. */
export const anyQuery = { "x-unknown-parameters": "ignored" };

/** Whether a route has {@link anyQuery}. */
export function ignoresUnknownNames(route: object): boolean {
  return "x-unknown-parameters" in route;
}

/** The names in the query that a route's schema knows. */
export function queryNames(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodPipe) return queryNames(schema.in);
  if (schema === undefined) return [];
  throw new TypeError("A route's query is a z.object(…)");
}

/**
 * Refuses a query that names what a route does not know: a filter with a slip of the pen would answer what was not asked.
 * @param known the names that the route's schema has
 */
export function refuseUnknownNames(known: string[]): MiddlewareHandler {
  const all = new Set([...known, ...ofTheGateway]);
  return async (c, next) => {
    // Most calls that post have none, and reading a URL is not free.
    if (!c.req.url.includes("?")) return await next();
    const unknown = Object.keys(c.req.query()).filter((name) => !all.has(name));
    if (unknown.length > 0) throw unknownNames(unknown.slice(0, 20), known);
    await next();
  };
}

/** The 422 that names each unknown parameter, with the nearest known one or all there are. */
export function unknownNames(unknown: string[], known: string[]): Problem {
  const errors = unknown.map((path): FieldError => ({ path, message: hint(path, known) }));
  return new Problem("validation_failed", `${unknown[0]}: ${errors[0]?.message}`, { errors });
}

function hint(name: string, known: string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `is no parameter of this route: did you mean ${meant}?`;
  if (known.length === 0) return "is no parameter of this route, which takes none";
  return `is no parameter of this route, which takes ${known.join(", ")}`;
}

/** The known name that takes the fewest slips of the pen, if that is few enough to be one. */
export function nearest(name: string, known: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "");
  const [best] = known
    .map((one) => ({ one, slips: slips(plain(name), plain(one)) }))
    .sort((a, b) => a.slips - b.slips);
  return best && best.slips <= Math.max(1, Math.floor(best.one.length / 3)) ? best.one : undefined;
}

/** Letters to add, leave out, change or swap with their neighbour to make one word of the other (optimal string alignment). */
function slips(from: string, to: string): number {
  const length = 64; // no name is as long, and what takes so many slips is no slip
  const [a, b] = [from.slice(0, length), to.slice(0, length)];
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
      ));
    }
  }
  return at(a.length, b.length);
}
