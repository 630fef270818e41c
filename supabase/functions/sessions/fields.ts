import { storableText } from "../_shared/database/storable.ts";
import { isAbsent, isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { parseTime } from "../_shared/intake/time.ts";

/**
 * Reads one record of a source by the names its fields may have, the first that is there winning. Null and an empty text
 * are absent. Every method throws a {@link Rejection} that names the field when its value cannot be used.
 */
export class Fields {
  readonly #raw: Record<string, unknown>;
  readonly #prefix: string;

  constructor(raw: Record<string, unknown>, prefix = "") {
    this.#raw = raw;
    this.#prefix = prefix;
  }

  /** The fields of an object within this one; without it, fields of nothing. */
  within(name: string): Fields {
    const value = this.#raw[name];
    return new Fields(isRecord(value) ? value : {}, `${this.#prefix}${name}.`);
  }

  /** Whether there is nothing in it. */
  isEmpty(): boolean {
    return Object.values(this.#raw).every(isAbsent);
  }

  has(...names: string[]): boolean {
    return this.#find(names) !== undefined;
  }

  /** Text of at most `max` characters, trimmed; a number is its digits. */
  text(max: number, ...names: string[]): string | undefined {
    const [name, value] = this.#find(names) ?? [];
    if (name === undefined) return undefined;
    if (typeof value !== "string" && typeof value !== "number") throw this.#bad(name, "is no text");
    const text = storableText(String(value)).trim();
    if (text.length > max) throw this.#bad(name, `is longer than ${max} characters`);
    return text === "" ? undefined : text;
  }

  /** The same, cut off where it is too long: for what people read and nothing is decided by. */
  prose(max: number, ...names: string[]): string | undefined {
    const [, value] = this.#find(names) ?? [];
    if (value === undefined) return undefined;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return storableText(text).slice(0, max) || undefined;
  }

  /** A whole number from 0 to 10^15, as a number or its digits. */
  count(...names: string[]): number | undefined {
    const number = this.number(...names);
    if (number === undefined) return undefined;
    if (!Number.isInteger(number)) throw this.#bad(this.#nameOf(names), "is not a whole number");
    return number;
  }

  /** A number from 0 to 10^15, as a number or its digits. */
  number(...names: string[]): number | undefined {
    const [name, value] = this.#find(names) ?? [];
    if (name === undefined) return undefined;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number !== "number" || !(number >= 0) || number > 1e15) {
      throw this.#bad(name, "is not a number from 0 to 10^15");
    }
    return number;
  }

  /** True or false, also as text. */
  flag(...names: string[]): boolean | undefined {
    const [name, value] = this.#find(names) ?? [];
    if (name === undefined) return undefined;
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw this.#bad(name, "is neither true nor false");
  }

  /** Commit ids, from a list or one of them, or several with commas between. */
  commits(...names: string[]): string[] | undefined {
    const [name, value] = this.#find(names) ?? [];
    if (name === undefined) return undefined;
    const given: unknown[] = Array.isArray(value) ? value : String(value).split(",");
    const ids = given.map((one) => String(one).trim().toLowerCase()).filter((one) => one !== "");
    if (ids.some((id) => !/^[0-9a-f]{7,64}$/.test(id))) {
      throw this.#bad(name, "is not a commit id of 7 to 64 hexadecimal digits");
    }
    if (ids.length > 1000) throw this.#bad(name, "has more than 1000 commits");
    return [...new Set(ids)];
  }

  /** A time, as {@link usableTime} takes it. */
  time(now: number, ...names: string[]): string | undefined {
    const [name, value] = this.#find(names) ?? [];
    return name === undefined ? undefined : usableTime(value, now, this.#prefix + name);
  }

  /** The value as it came. */
  any(...names: string[]): unknown {
    return this.#find(names)?.[1];
  }

  #find(names: string[]): [string, unknown] | undefined {
    for (const name of names) {
      const value = this.#raw[name];
      if (!isAbsent(value)) return [name, value];
    }
    return undefined;
  }

  #nameOf(names: string[]): string {
    return this.#find(names)?.[0] ?? names[0] ?? "";
  }

  #bad(name: string, message: string): Rejection {
    return new Rejection("invalid_field", this.#prefix + name, message);
  }
}

/**
 * The time of a record as RFC 3339: from that, or from seconds or milliseconds since 1970. A clock may be ahead by up to a day,
 * and the time becomes now; further ahead, or before 2015, it is nonsense.
 */
export function usableTime(given: unknown, now: number, path: string): string {
  const time = milliseconds(given);
  if (time === null) {
    throw new Rejection("invalid_time", path, "is not a time as in 2026-11-16T09:30:00Z");
  }
  if (time > now + day) throw new Rejection("invalid_time", path, "is more than a day ahead");
  if (time < earliest) throw new Rejection("invalid_time", path, "lies before 2015");
  return new Date(Math.min(time, now)).toISOString();
}

const day = 24 * 3_600_000;
const earliest = Date.UTC(2015, 0, 1);

function milliseconds(given: unknown): number | null {
  if (
    typeof given === "number" || (typeof given === "string" && /^\d{9,13}(\.\d+)?$/.test(given))
  ) {
    const number = Number(given);
    if (!Number.isFinite(number)) return null;
    // Seconds until the year 5138, milliseconds since 1973.
    return Math.round(number < 1e11 ? number * 1000 : number);
  }
  return parseTime(given, "utc");
}
