import type { Answer, ApiRequest } from "../stack/api.ts";

/** What is asked, and what stands for the `{…}` of the route's path. */
export type CaseRequest = ApiRequest & { params?: Record<string, string> };

/** A request of the contract: what it is called in the record, of which route, and what is asked. */
export interface Case {
  name: string;
  /** As the OpenAPI document names it, `GET /v1/analytics`. */
  route: string;
  request: CaseRequest | (() => Promise<CaseRequest>);
  /** Its days and times are counted from now, so that they are another day's tomorrow. */
  isRolling?: true;
}

/** What is kept of a field: its JSON type, what its text looks like, and its value where that is always the same. */
export interface Field {
  type: "null" | "boolean" | "number" | "string" | "array" | "object";
  looks_like?: "uuid" | "date" | "time";
  /** An array's is its length. */
  value?: unknown;
}

/** What is kept of an answer; the fields by their path, `tiles[0].key`. */
export interface Kept {
  status: number;
  media_type: string;
  fields: Record<string, Field>;
}

/** What a problem says to people may be said better; what programs read stays. */
const proseOfProblems = /(^|[.])(detail|message)$/;

/** Every field of an answer, at whatever depth; of CSV the cells of its rows by column. */
export function keep(answer: Answer<unknown>, isRolling = false): Kept {
  const mediaType = (answer.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  const fields: Record<string, Field> = {};
  if (/[/+]json$/.test(mediaType)) collect(answer.body, "", fields);
  else if (mediaType === "text/csv") collect(rowsOf(answer.text), "", fields);
  for (const [path, field] of Object.entries(fields)) {
    const isProse = mediaType === "application/problem+json" && proseOfProblems.test(path);
    if (isProse || isRolling && field.looks_like !== undefined) delete field.value;
  }
  return { status: answer.status, media_type: mediaType, fields };
}

/** What two answers to the same question about different organizations have in common. */
export function common(one: Kept, other: Kept): Kept {
  const faults = differences(
    { ...one, fields: mapFields(one.fields, ({ value: _, ...rest }) => rest) },
    other,
  );
  if (faults.length > 0) throw new Error(`Two recordings differ: ${faults.join("; ")}`);
  return {
    ...one,
    fields: mapFields(one.fields, (field, path) => {
      const { value, ...rest } = field;
      return isSame(value, other.fields[path]?.value) ? field : rest;
    }),
  };
}

/** What an answer lacks of what is kept of an earlier one: fields gone, of another type or value. More is no fault. */
export function differences(kept: Kept, now: Kept): string[] {
  const faults: string[] = [];
  const told = (what: string, before: unknown, after: unknown) =>
    faults.push(`${what} was ${JSON.stringify(before)} and is ${JSON.stringify(after)}`);
  if (kept.status !== now.status) told("status", kept.status, now.status);
  if (kept.media_type !== now.media_type) told("media type", kept.media_type, now.media_type);
  for (const [path, field] of Object.entries(kept.fields)) {
    const found = now.fields[path];
    if (found === undefined) faults.push(`${path} is gone`);
    else if (found.type !== field.type) told(`the type of ${path}`, field.type, found.type);
    else if (field.looks_like !== undefined && found.looks_like !== field.looks_like) {
      told(path, field.looks_like, found.value);
    } else if ("value" in field && !isSame(field.value, found.value)) {
      told(path, field.value, found.value);
    }
  }
  return faults;
}

function mapFields(fields: Record<string, Field>, of: (field: Field, path: string) => Field) {
  return Object.fromEntries(Object.entries(fields).map(([path, one]) => [path, of(one, path)]));
}

/** Two databases add up in another order, so the last digits of a sum may differ. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "number" || typeof other !== "number") return one === other;
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one));
}

function collect(value: unknown, path: string, fields: Record<string, Field>): void {
  if (Array.isArray(value)) {
    fields[path] = { type: "array", value: value.length };
    value.forEach((item, index) => collect(item, `${path}[${index}]`, fields));
  } else if (value instanceof Object) {
    fields[path] = { type: "object" };
    for (const [key, member] of Object.entries(value)) {
      collect(member, path === "" ? key : `${path}.${key}`, fields);
    }
  } else if (value === null) fields[path] = { type: "null" };
  else fields[path] = { type: typeof value as Field["type"], ...looksOf(value), value };
}

function looksOf(value: unknown): Pick<Field, "looks_like"> {
  if (typeof value !== "string") return {};
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return { looks_like: "uuid" };
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return { looks_like: "date" };
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return { looks_like: "time" };
  return {};
}

/** Rows of the plain CSV that these cases ask for: nothing in it is quoted. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head = "", ...lines] = csv.trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}
