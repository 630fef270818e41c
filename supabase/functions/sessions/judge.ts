import { isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { isLiteLlm, liteLlmRecord } from "./formats/litellm.ts";
import { nativeRecord } from "./native.ts";
import type { AiRecord, Entry } from "./types.ts";

/** The largest record, in characters: LiteLLM's have prompt and response in them, of which nothing is kept. */
export const maxRecordLength = 1_048_576;

/** Judges a line of NDJSON or JSON Lines. */
export function judgeLine(line: string, index: number, now: number): Entry {
  const judged = line.length > maxRecordLength ? tooLarge() : judge(() => JSON.parse(line), now);
  return { index, raw: line, judged };
}

/** Judges an element of a JSON array, or the one object there is. */
export function judgeValue(value: unknown, index: number, now: number): Entry {
  const judged = judge(() => value, now);
  return { index, raw: judged instanceof Rejection ? serialized(value) : "", judged };
}

function judge(read: () => unknown, now: number): AiRecord | Rejection {
  try {
    const value = read();
    if (!isRecord(value)) return new Rejection("not_an_object", "", "is not an object");
    return isLiteLlm(value) ? liteLlmRecord(value, now) : nativeRecord(value, now);
  } catch (error) {
    if (error instanceof Rejection) return error;
    if (error instanceof SyntaxError) return new Rejection("malformed_json", "", "is not JSON");
    if (error instanceof RangeError) return new Rejection("too_large", "", "is nested too deeply");
    throw error;
  }
}

function tooLarge(): Rejection {
  return new Rejection("too_large", "", `is larger than ${maxRecordLength} characters`);
}

function serialized(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return "(nested too deeply)";
    throw error;
  }
}
