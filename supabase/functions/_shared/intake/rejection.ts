/**
 * Why one item of a request is not taken; `path` is the field to blame, as its sender names it, or empty. Readers of fields throw
 * it, but it is no Error: a request can have thousands, and to note where each came from costs more than to judge it.
 */
export class Rejection {
  /** What is wrong, with the field before it. */
  readonly message: string;

  /** @param reason what is wrong, to be read after the path */
  constructor(readonly code: RejectionCode, readonly path: string, readonly reason: string) {
    this.message = path === "" ? reason : `${path}: ${reason}`;
  }
}

/** Every code that an item can be rejected with. They are stable: clients decide by them. */
export type RejectionCode =
  | "malformed_json"
  | "not_an_object"
  | "unknown_field"
  | "unknown_type"
  | "missing_field"
  | "name_missing"
  | "name_too_long"
  | "invalid_field"
  | "invalid_text"
  | "invalid_id"
  | "placeholder_id"
  | "same_id"
  | "id_taken"
  | "invalid_time"
  | "invalid_properties"
  | "invalid_age"
  | "invalid_gender"
  | "too_many_properties"
  | "too_many_names"
  | "too_deep"
  | "too_large"
  | "too_old"
  | "empty_record"
  | "unknown_record"
  | "unknown_usage"
  | "cumulative_temporality"
  | "not_storable"
  | "bot";

/** A rejected item in an answer: its place in the request and why. */
export interface RejectedItem {
  index: number;
  code: string;
  message: string;
}

/** What an answer says of the item at this place. */
export function rejectedItem(index: number, { code, message }: Rejection): RejectedItem {
  return { index, code, message };
}
