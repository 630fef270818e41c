import assert from "node:assert/strict";
import { type DeliveryState, deliveryState, type Item, sha, stored } from "./delivery.ts";
import { newOrganization } from "../tenancy/people.ts";

/** A commit of Monday, 2 November 2026, built on others and on the default branch unless it says otherwise. */
export function commit(short: string, parents: string[] = [], rest: Item = {}): Item {
  const time = rest["authored_at"] ?? "2026-11-02T09:00:00Z";
  return {
    sha: sha(short),
    author: "ada",
    authored_at: time,
    committed_at: time,
    parents: parents.map(sha),
    on_default_branch: true,
    ...rest,
  };
}

/** A successful deployment that took no time, at an hour of 2 November. */
export function deployed(external_id: string, short: string, hour: number, rest: Item = {}): Item {
  const time = `2026-11-02T${String(hour).padStart(2, "0")}:00:00Z`;
  return {
    external_id,
    sha: sha(short),
    status: "success",
    created_at: time,
    finished_at: time,
    ...rest,
  };
}

/** A pull request that was merged at noon. */
export function merged(external_id: string, merge: string, rest: Item = {}): Item {
  return {
    external_id,
    state: "merged",
    created_at: "2026-11-02T10:00:00Z",
    merged_at: "2026-11-02T12:00:00Z",
    updated_at: "2026-11-02T12:00:00Z",
    merge_commit_sha: sha(merge),
    ...rest,
  };
}

/** Stores step after step and compares a part of what is kept after each. */
export async function walkThrough(
  part: keyof DeliveryState,
  steps: [kind: string, items: Item[], expected: string[]][],
): Promise<string> {
  const { id } = await newOrganization();
  for (const [index, [kind, items, expected]] of steps.entries()) {
    await stored(id, kind, ...items);
    const state = await deliveryState(id);
    assert.deepStrictEqual(state[part], expected, `after step ${index + 1}, a ${kind}`);
  }
  return id;
}

/** An hour of 2 November 2026, as it is sent. */
export function t(hour: number): string {
  return `2026-11-02T0${hour}:00:00Z`;
}

/** The same as the database writes it. */
export function u(hour: number): string {
  return `2026-11-02T0${hour}:00:00+00:00`;
}
