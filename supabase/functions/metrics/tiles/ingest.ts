import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../../_shared/database/db.ts";
import { Problem, validationProblem } from "../../_shared/http/problem.ts";
import { futureDateError, IngestBatch, type IngestBatchResult, IngestItem } from "./schemas.ts";

type Item = z.output<typeof IngestItem>;
type BatchResult = z.input<typeof IngestBatchResult>;

/** The outcome of judging one raw item: the reading it is, or the 422 that says why it is none. */
export type Judged = { item: Item } | { problem: Problem };

/**
 * The raw items of a batch.
 * @throws Problem 422 when there are none or too many.
 */
export function parseBatch(body: unknown): unknown[] {
  const batch = IngestBatch.safeParse(body);
  if (!batch.success) throw validationProblem(batch.error);
  return batch.data.items;
}

/** Judges one raw item against its schema; `now` bounds its date, `source` names the only source that may be posted for. */
export function judge(raw: unknown, now: Date, source: string | null = null): Judged {
  const parsed = IngestItem.safeParse(raw);
  if (!parsed.success) return { problem: validationProblem(parsed.error) };
  if (source !== null && parsed.data.source_name !== source) {
    return { problem: new Problem("forbidden", `This key posts for ${source} only`) };
  }
  const error = futureDateError(parsed.data.metric_date, now);
  if (error === null) return { item: parsed.data };
  const errors = [{ path: "metric_date", message: error }];
  return { problem: new Problem("validation_failed", `metric_date: ${error}`, { errors }) };
}

/** Stores the good items in one statement and answers what became of each, in order. */
export async function store(db: Db, judged: Judged[]): Promise<BatchResult> {
  const good = judged.flatMap((one, index) => "item" in one ? [{ index, ...one.item }] : []);
  const stored = good.length === 0
    ? []
    : await rpc(db, "ingest_metrics", { p_items: good as StorableItem[] }, StoredSchema);
  const found = new Set(stored.filter((one) => one.user_found).map((one) => one.index));
  const names = new Set<string>();
  const results = judged.map((one, index): BatchResult["results"][number] => {
    if ("problem" in one) {
      const { code, status, extra } = one.problem;
      return { index, status, ingested: 0, code, errors: extra.errors ?? [] };
    }
    if (!found.has(index)) return { index, status: 404, ingested: 0, code: "user_not_found" };
    for (const metric of Object.keys(one.item.data)) names.add(metric);
    return { index, status: 200, ingested: Object.keys(one.item.data).length };
  });
  const rejected = results.flatMap(({ index, code }) =>
    code === undefined ? [] : [{ index, code, message: messageOf(judged[index]) }]
  );
  return {
    ingested: results.reduce((sum, result) => sum + result.ingested, 0),
    metrics: [...names].sort(),
    accepted: results.length - rejected.length,
    duplicates: 0,
    rejected,
    results,
  };
}

function messageOf(judged: Judged | undefined): string {
  return judged !== undefined && "problem" in judged ? judged.problem.detail : "User not found";
}

/** `meta` was parsed from JSON, so it is JSON; its schema cannot say so. */
type StorableItem = { [key: string]: string | number | Record<string, string | number> };

const StoredSchema = z.array(z.object({ index: z.int(), user_found: z.boolean() }));
