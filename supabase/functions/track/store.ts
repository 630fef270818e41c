import { z } from "@hono/zod-openapi";
import { orNull, rpc } from "../_shared/database/db.ts";
import type { Json } from "../_shared/database/database.types.ts";
import { inHalves, isOfData, withRetry } from "../_shared/database/retry.ts";
import { causeOf, log } from "../_shared/http/log.ts";
import { Problem } from "../_shared/http/problem.ts";
import type { Destination } from "../_shared/intake/destination.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { GroupCommit, QueueFull } from "./group_commit.ts";
import type { PersonChange, StorableEvent, Unjoined } from "./types.ts";

export type Stored = "accepted" | "duplicate" | "too_old" | "too_many_names";
type ChangedPerson = "accepted" | Unjoined | Rejection;

/**
 * Stores one event together with those of other requests.
 * @throws Problem 503 with Retry-After when too many wait.
 */
export async function storeOne(to: Destination, event: StorableEvent): Promise<Stored | Rejection> {
  try {
    return await events.submit(groupOf(to), { to, event });
  } catch (error) {
    if (error instanceof QueueFull) throw tooBusy();
    return notStorable(error);
  }
}

/** Stores events of one request in one transaction, or in halves if one of them cannot be stored. */
export async function storeAll(
  to: Destination,
  batch: StorableEvent[],
): Promise<(Stored | Rejection)[]> {
  if (batch.length === 0) return [];
  const outcomes = await inHalves(batch, (part) => write(to, part), isOfData);
  return outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : notStorable(outcome.reason)
  );
}

/**
 * Applies what a request says of persons, in order; answers which of it could not be, and which ids joined nobody. A long list takes several
 * transactions, because each merge moves somebody's events; what was applied already changes nothing when it comes again.
 */
export async function changePersons(
  to: Destination,
  changes: PersonChange[],
): Promise<ChangedPerson[]> {
  const results: ChangedPerson[] = [];
  for (let from = 0; from < changes.length; from += maxChanges) {
    results.push(...await changeSome(to, changes.slice(from, from + maxChanges)));
  }
  return results;
}

/**
 * Counts events that were refused or dropped, by reason. The answer to the events does not depend on it, unless the
 * caller may not write at all.
 */
export async function countDrops(to: Destination, rejections: Rejection[]): Promise<void> {
  if (rejections.length === 0) return;
  try {
    await drops.submit(groupOf(to), { to, codes: rejections.map(({ code }) => code) });
  } catch (error) {
    if (error instanceof Problem && error.status < 500) throw error;
    log("warn", "drops_not_counted", { cause: causeOf(error), drops: rejections.length });
  }
}

/** The first waiting item's client writes for all of its group. */
const events = new GroupCommit<{ to: Destination; event: StorableEvent }, Stored>({
  flush: (items) => {
    const [first] = items;
    return first ? write(first.to, items.map(({ event }) => event)) : Promise.resolve([]);
  },
  isOfData,
  patience: () => sleep(5),
  turn: () => sleep(0),
  // 32 KiB each at most, so that neither a transaction nor the queue outgrows the isolate's memory.
  maxBatch: 500,
  maxQueued: 2000,
});

const drops = new GroupCommit<{ to: Destination; codes: string[] }, null>({
  flush: async (items) => {
    const counts: Record<string, number> = {};
    for (const code of items.flatMap(({ codes }) => codes)) counts[code] = (counts[code] ?? 0) + 1;
    const [first] = items;
    if (first) {
      const args = { p_org_id: orNull(first.to.orgId), p_drops: counts };
      await rpc(first.to.caller.db, "count_event_drops", args, z.unknown());
    }
    return items.map(() => null);
  },
  isOfData: () => false,
  patience: () => sleep(5),
  turn: () => sleep(0),
  maxBatch: 500,
  maxQueued: 2000,
});

/** Requests of one group may share a transaction: one caller's, in one organization. */
function groupOf({ caller, orgId = "" }: Destination): string {
  const who = caller.kind === "key"
    ? `key:${caller.key.id}`
    : caller.kind === "user"
    ? `user:${caller.authUserId}`
    : caller.kind;
  return `${who}:${orgId}`;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The most changes of persons in one transaction: about a second's, if all of them are merges. */
const maxChanges = 250;

async function changeSome(to: Destination, changes: PersonChange[]): Promise<ChangedPerson[]> {
  const p_changes = changes.map(({ unjoined: _, ...change }, index) => ({
    index,
    ...change,
  })) as Json[];
  const args = { p_org_id: orNull(to.orgId), p_changes };
  const results = await withRetry(() => rpc(to.caller.db, "identify_persons", args, ChangedSchema));
  return results.map(({ code, refused }, index): ChangedPerson => {
    if (code !== undefined) {
      return new Rejection("too_large", "traits", "are larger than 64 KiB together");
    }
    const unjoined = refused
      ? new Rejection("id_taken", "", "the anonymous id is known to be somebody else's")
      : changes[index]?.unjoined;
    return unjoined === undefined ? "accepted" : { unjoined };
  });
}

const TrackedSchema = z.object({
  accepted: z.int(),
  duplicates: z.array(z.int()),
  too_old: z.array(z.int()),
  too_many_names: z.array(z.int()),
  unlinked: z.array(z.int()),
});

const ChangedSchema = z.array(z.object({
  index: z.int(),
  refused: z.boolean(),
  code: z.literal("too_large").optional(),
}));

async function write(to: Destination, batch: StorableEvent[]): Promise<Stored[]> {
  const p_events = batch.map((event, index) => ({ index, ...event })) as unknown as Json[];
  const args = { p_org_id: orNull(to.orgId), p_events };
  const answer = await withRetry(() => rpc(to.caller.db, "track_events", args, TrackedSchema));
  const stored = batch.map((): Stored => "accepted");
  for (const index of answer.duplicates) stored[index] = "duplicate";
  for (const index of answer.too_old) stored[index] = "too_old";
  for (const index of answer.too_many_names) stored[index] = "too_many_names";
  if (answer.unlinked.length > 0) await link(to, batch, answer.unlinked);
  return stored;
}

/**
 * Joins both ids of each of these events, once: from then on they are one person's. The events are stored, and each later one of that person says the same
 * again, so that what fails here is no reason to refuse them.
 */
async function link(to: Destination, batch: StorableEvent[], unlinked: number[]): Promise<void> {
  const changes = unlinked.flatMap((index): PersonChange[] => {
    const { person, other } = batch[index] ?? {};
    return person === undefined || other === undefined ? [] : [{ person, other }];
  });
  try {
    await changePersons(to, changes);
  } catch (error) {
    log("warn", "ids_not_linked", { cause: causeOf(error), links: changes.length });
  }
}

/** What an event gets that the database refused, though it was judged storable. Any other error is thrown on. */
function notStorable(error: unknown): Rejection {
  if (!isOfData(error)) throw error;
  log("warn", "event_not_storable", { cause: causeOf(error) });
  return new Rejection("invalid_properties", "", "cannot be stored");
}

function tooBusy(): Problem {
  return new Problem("not_ready", "Too many events are waiting to be stored", {
    headers: { "retry-after": "1" },
  });
}
