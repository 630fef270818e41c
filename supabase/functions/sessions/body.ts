import type { RequestContext } from "../_shared/http/app.ts";
import { Problem } from "../_shared/http/problem.ts";
import { bodyLimits, bytesOf } from "../_shared/intake/body.ts";
import { judgeLine, judgeValue, maxRecordLength } from "./judge.ts";
import type { Entry } from "./types.ts";

/** The media types of a line a record, which is read as it arrives. */
export const lineTypes = [
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "text/plain",
];

/**
 * The entries of a body: one object, an array, or a line each. Lines are read as they arrive, never all of them at once. What is
 * sent as JSON and is none, but lines, as LiteLLM's logger may send it, is read as lines too.
 * @throws Problem 413 for a body larger than it may be, 400 for one that is not what it says it is.
 */
export async function* entriesOf(c: RequestContext, now: number): AsyncGenerator<Entry> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (lineTypes.includes(type)) {
    yield* judgedLines(textOf(c, bodyLimits.sessionLines), now);
    return;
  }
  const chunks: string[] = [];
  for await (const chunk of textOf(c, bodyLimits.sessionJson)) chunks.push(chunk);
  const text = chunks.join("");
  const value = parsed(text);
  if (value === undefined) {
    yield* judgedLines(chunks, now);
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield judgeValue(one, index, now);
  } else {
    yield judgeValue(value, 0, now);
  }
}

async function* textOf(c: RequestContext, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytesOf(c.req.raw, limit)) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function* judgedLines(
  chunks: AsyncIterable<string> | Iterable<string>,
  now: number,
): AsyncGenerator<Entry> {
  let index = 0;
  for await (const line of linesOf(chunks)) {
    if (line.trim() !== "") yield judgeLine(line, index++, now);
  }
}

/** Lines without their ends. Of one that is too long, no more is kept than shows that it is. */
async function* linesOf(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = chunk.split("\n");
    lines[0] = rest + lines[0];
    rest = (lines.pop() ?? "").slice(0, maxRecordLength + 1);
    yield* lines;
  }
  yield rest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const [first = ""] = text.trimStart().split("\n", 1);
    if (isObject(first)) return undefined; // lines
    throw new Problem("malformed_json", "The body is neither JSON nor a line of JSON a record");
  }
}

function isObject(line: string): boolean {
  try {
    return line.trimStart().startsWith("{") && JSON.parse(line) !== null;
  } catch {
    return false;
  }
}
