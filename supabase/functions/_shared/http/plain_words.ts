import { z } from "@hono/zod-openapi";

/**
 * What zod finds wrong, in words for whoever sent it. Schemas that know more of what they want say so themselves.
 */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is required";
      return `must be ${kinds[issue.expected] ?? "of another type"}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${listed(issue.values)}`;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return formats[issue.format] ?? "is not written as it must be";
    case "invalid_union":
      return "has none of the forms it may have";
    case "invalid_key":
      return "has a name that is not allowed";
    case "invalid_element":
      return "has a member that is not allowed";
    default:
      return undefined;
  }
}

/** Has all schemas of this process say {@link plainWords}. */
export function speakPlainly(): void {
  z.config({ customError: plainWords });
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  nan: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  undefined: "left out",
  never: "left out",
};

const formats: Record<string, string> = {
  uuid: "must be a UUID",
  guid: "must be a UUID",
  email: "is not an e-mail address",
  url: "must be a URL",
  datetime: "must be a time as in 2026-11-16T09:30:00Z",
  date: "must be a date as in 2026-11-16",
  json_string: "must be JSON",
};

function listed(values: readonly unknown[]): string {
  return values.map(String).join(", ");
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>) {
  if (origin === "string") return Number(minimum) === 1 ? "is empty" : counted("at least", minimum);
  if (origin === "array" || origin === "set") {
    return Number(minimum) === 1 ? "is empty" : `must have at least ${minimum} members`;
  }
  return `must be ${inclusive === false ? "more than" : "at least"} ${minimum}`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>) {
  if (origin === "string") return counted("at most", maximum);
  if (origin === "array" || origin === "set") return `must have at most ${maximum} members`;
  return `must be ${inclusive === false ? "less than" : "at most"} ${maximum}`;
}

function counted(bound: string, length: number | bigint): string {
  return `must have ${bound} ${length} characters`;
}
