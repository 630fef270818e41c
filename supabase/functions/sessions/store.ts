import { z } from "@hono/zod-openapi";
import type { Json } from "../_shared/database/database.types.ts";
import { orNull, rpc } from "../_shared/database/db.ts";
import { inHalves, isOfData, withRetry } from "../_shared/database/retry.ts";
import { storableText } from "../_shared/database/storable.ts";
import { causeOf, log } from "../_shared/http/log.ts";
import type { Destination } from "../_shared/intake/destination.ts";
import { type RejectedItem, Rejection } from "../_shared/intake/rejection.ts";
import { sha256 } from "./record.ts";
import { ingested } from "./sources.ts";
import type { AiRecord, Entry, SourceSeen } from "./types.ts";

/** What became of the entries of a request. */
export interface Outcome {
  received: number;
  stored: number;
  duplicates: number;
  sessions: number;
  rejected_count: number;
  rejected: RejectedItem[];
}

/** How many rejected entries an answer lists; it counts all of them. */
export const maxListed = 1000;

/** The most records of one transaction. */
const chunkSize = 1000;

/**
 * Stores entries as they come, a chunk a transaction, reading the next while one is written. What cannot be used goes to the dead
 * letters of `source`. If the database fails midway, what is stored stays: sending all of it again completes it.
 */
export async function storeEntries(
  to: Destination,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  source: string,
  sources: SourceSeen[] = [],
): Promise<Outcome> {
  const total = new Total();
  total.sources = sources;
  let writing = Promise.resolve();
  try {
    for await (const chunk of inChunks(entries)) {
      await writing;
      writing = storeChunk(to, chunk, source, total);
      // It is thrown where it is waited for; until then nobody else must take it for unhandled.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
  return total.outcome();
}

/** What has become of a request so far. */
class Total {
  received = 0;
  stored = 0;
  duplicates = 0;
  rejectedCount = 0;
  readonly rejected: Outcome["rejected"] = [];
  readonly sessions = new Set<string>();
  /** What is to be noted of programs, once, with the first records. */
  sources: SourceSeen[] = [];

  outcome(): Outcome {
    return {
      received: this.received,
      stored: this.stored,
      duplicates: this.duplicates,
      sessions: this.sessions.size,
      rejected_count: this.rejectedCount,
      rejected: this.rejected,
    };
  }
}

const StoredSchema = z.object({
  stored: z.int(),
  duplicates: z.int(),
  rejected: z.array(z.object({ index: z.int(), code: z.string(), message: z.string() })),
});

/** What of a record was refused. */
interface Refusal {
  index: number;
  raw: string;
  code: string;
  message: string;
}

async function storeChunk(
  to: Destination,
  chunk: Entry[],
  source: string,
  total: Total,
): Promise<void> {
  const refusals: Refusal[] = [];
  if (source === "ingest") total.sources = ingested(chunk);
  const records: { index: number; raw: string; record: AiRecord }[] = [];
  for (const { index, raw, judged } of chunk) {
    if (judged instanceof Rejection) refusals.push({ index, raw, ...refusalOf(judged) });
    else records.push({ index, raw, record: judged });
  }
  const outcomes = await writeAll(to, records.map(({ record }) => record), total);
  for (const [place, { index, raw, record }] of records.entries()) {
    const refused = outcomes[place];
    if (refused) refusals.push({ index, raw: raw || JSON.stringify(record), ...refused });
    else total.sessions.add(record.session.external_id);
  }
  refusals.sort((a, b) => a.index - b.index);
  total.received += chunk.length;
  total.rejectedCount += refusals.length;
  for (const { index, code, message } of refusals) {
    if (total.rejected.length < maxListed) total.rejected.push({ index, code, message });
  }
  await keepDeadLetters(to, refusals, source);
}

/** Stores records in one transaction, or in halves if one of them cannot be stored; answers what was refused of each. */
async function writeAll(
  to: Destination,
  records: AiRecord[],
  total: Total,
): Promise<(Pick<Refusal, "code" | "message"> | null)[]> {
  const flush = async (part: AiRecord[]) => {
    const answer = await write(to, part, total.sources);
    // Later chunks only say of which program their calls are.
    total.sources = total.sources.map(counted);
    total.stored += answer.stored;
    total.duplicates += answer.duplicates;
    const refused = new Map(answer.rejected.map((one) => [one.index, one]));
    return part.map((_, index) => refused.get(index) ?? null);
  };
  // Without any, it still asks whether the caller may write there.
  if (records.length === 0) return await flush(records);
  const outcomes = await inHalves(records, flush, isOfData);
  return outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : refusalOf(notStorable(outcome.reason))
  );
}

function counted(source: SourceSeen): SourceSeen {
  return { ...source, received: 0, calls_without_tokens: 0, rejected: 0, left_out: {}, facts: [] };
}

function write(to: Destination, records: AiRecord[], sources: SourceSeen[]) {
  const args = {
    p_org_id: orNull(to.orgId),
    p_records: records as unknown as Json[],
    ...(sources.length === 0 ? {} : { p_sources: sources as unknown as Json }),
  };
  return withRetry(() => rpc(to.caller.db, "store_ai_records", args, StoredSchema));
}

/** What a record gets that the database refused, though it was judged usable. Any other error is thrown on. */
function notStorable(error: unknown): Rejection {
  if (!isOfData(error)) throw error;
  log("warn", "session_not_storable", { cause: causeOf(error) });
  return new Rejection("not_storable", "", "cannot be stored");
}

function refusalOf({ code, message }: Rejection): { code: string; message: string } {
  return { code, message };
}

async function keepDeadLetters(
  to: Destination,
  refusals: Refusal[],
  source: string,
): Promise<void> {
  // What is too old was removed on purpose, and may not come back by another way.
  const kept = refusals.filter(({ code }) => code !== "too_old");
  if (kept.length === 0) return;
  const p_letters = kept.map(({ raw, code, message }) => ({
    fingerprint: sha256(raw),
    source,
    reason: `${code}: ${message}`.slice(0, 1000),
    record: storableText(raw.slice(0, maxKept)),
  }));
  await rpc(
    to.caller.db,
    "keep_ai_dead_letters",
    { p_org_id: orNull(to.orgId), p_letters },
    z.unknown(),
  );
}

/** How much of a dead letter is kept, in characters. */
const maxKept = 65_536;

/** At least one, if an empty one. */
async function* inChunks(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
): AsyncGenerator<Entry[]> {
  let chunk: Entry[] = [];
  let isFirst = true;
  for await (const entry of entries) {
    chunk.push(entry);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
    isFirst = false;
  }
  if (chunk.length > 0 || isFirst) yield chunk;
}
