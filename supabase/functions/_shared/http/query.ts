import { z } from "@hono/zod-openapi";
import { daysBetween, maxRangeDays } from "../numbers/dates.ts";

type Shape = Readonly<Record<string, z.ZodType>>;
/** Names of before by the name that a parameter has now, as in `{ start_date: "start" }`. */
export type Aliases<Fields> = Readonly<Record<string, keyof Fields & string>>;
type Given = Record<string, unknown>;

/**
 * The query of a route. An alias is a parameter of its own for the OpenAPI document (deprecated) and the check for unknown names; what
 * comes out has only the new names. Both at once are refused unless they say the same.
 */
export function query<Fields extends Shape>(fields: Fields, aliases: Aliases<Fields> = {}) {
  return queryWith(fields, aliases, () => undefined);
}

/** As {@link query}, of a route with a range: in order, not too long, and not both dates and `since`. */
export function rangeQuery<Fields extends Shape>(fields: Fields, aliases: Aliases<Fields> = {}) {
  return queryWith(fields, aliases, checkRange);
}

function queryWith<Fields extends Shape>(
  fields: Fields,
  aliases: Aliases<Fields>,
  check: (merged: Given, nameOf: (name: string) => string, context: z.RefinementCtx) => void,
) {
  const parameters: Record<string, z.ZodType> = { ...fields };
  const renamed = new Map<string, Bare>();
  for (const [alias, name] of Object.entries(aliases)) {
    const bare = bareOf(fields[name]);
    renamed.set(name, bare);
    parameters[name] = bare.schema.optional()
      .openapi(bare.usual === undefined ? {} : { default: bare.usual });
    parameters[alias] = bare.schema.optional().openapi({
      param: { name: alias, in: "query", deprecated: true },
      description: `The name of before for \`${name}\`.`,
      default: undefined,
    });
  }
  return z.object(parameters).superRefine((given: Given, context) => {
    for (const [alias, name] of Object.entries(aliases)) {
      const differs = given[name] !== undefined && given[alias] !== undefined &&
        String(given[name]) !== String(given[alias]);
      if (differs) {
        context.addIssue({ code: "custom", path: [alias], message: `differs from ${name}` });
      }
    }
  }).transform((given: Given, context): z.output<z.ZodObject<Fields>> => {
    const merged = { ...given };
    const asked = new Map<string, string>();
    for (const [alias, name] of Object.entries(aliases)) {
      if (given[alias] !== undefined) {
        merged[name] = given[alias];
        if (given[name] === undefined) asked.set(name, alias);
      }
      delete merged[alias];
    }
    for (const [name, { usual, isRequired }] of renamed) {
      merged[name] ??= usual;
      if (isRequired && merged[name] === undefined) {
        context.addIssue({ code: "custom", path: [name], message: "is required" });
      }
    }
    check(merged, (name) => asked.get(name) ?? name, context);
    return merged as z.output<z.ZodObject<Fields>>;
  });
}

/** A parameter without what it is when nobody gives it, which is decided after its aliases have been looked at. */
interface Bare {
  schema: z.ZodType;
  usual: unknown;
  isRequired: boolean;
}

/** What the document says of a parameter stands inside its `.default(…)` or `.optional()`. */
function bareOf(parameter: z.ZodType | undefined): Bare {
  if (parameter instanceof z.ZodDefault) {
    return {
      schema: typed(parameter.unwrap()),
      usual: parameter.def.defaultValue,
      isRequired: false,
    };
  }
  if (parameter instanceof z.ZodOptional) {
    return { schema: typed(parameter.unwrap()), usual: undefined, isRequired: false };
  }
  return { schema: typed(parameter), usual: undefined, isRequired: true };
}

function typed(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new Error("An alias stands for a parameter that there is not");
}

/** Refuses dates out of order or too far apart, and dates beside `since`; each by the name that it was asked by. */
function checkRange(
  { start, end, since }: Given,
  nameOf: (name: string) => string,
  context: z.RefinementCtx,
): void {
  const refuse = (name: string, message: string) =>
    context.addIssue({ code: "custom", path: [nameOf(name)], message });
  const dated = [start, end].findIndex((date) => date !== undefined);
  if (since !== undefined && dated >= 0) {
    refuse("since", `does not go with ${nameOf(dated === 0 ? "start" : "end")}`);
  }
  if (typeof start !== "string" || typeof end !== "string") return;
  if (start > end) refuse("end", `lies before ${nameOf("start")}`);
  else if (daysBetween(start, end) >= maxRangeDays) {
    refuse("end", `makes a range of more than ${maxRangeDays} days`);
  }
}
