import { assertProblem } from "./api.ts";
import type { Query } from "../analytics/event_invariants.ts";

/** What a client sends with an ingest key, each with ids, so that it may be sent again. */
export interface Upload {
  path: string;
  body: string;
  contentType: string;
}

/** One request of each way in: an event, a batch of them, metrics of a person, AI calls. What they bring is told by {@link arrived}. */
export function newUploads(email: string): Upload[] {
  const event = () => ({ event: "opened", event_id: crypto.randomUUID(), user_id: "ann" });
  const json = (path: string, body: unknown) => ({
    path,
    body: JSON.stringify(body),
    contentType: "application/json",
  });
  const call = (id: string) =>
    JSON.stringify({ id, timestamp: "2026-11-16T09:30:00Z", model: "local-llm" }) + "\n";
  const metric = (metric_date: string) => ({
    email,
    source_name: "ga4",
    metric_date,
    data: { sessions: 7 },
  });
  return [
    json("/track", event()),
    json("/track/batch", { batch: Array.from({ length: 20 }, event) }),
    json("/metrics/ingest", { items: [metric("2026-11-16"), metric("2026-11-17")] }),
    {
      path: "/sessions/ingest",
      body: [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()].map(call).join(""),
      contentType: "application/x-ndjson",
    },
  ];
}

/** What {@link newUploads} brings an organization. */
export const allOfIt = { events: 21, metrics: 2, calls: 3, dead_letters: 0 };

/** What of uploads an organization has. */
export async function arrived(query: Query, orgId: string): Promise<Record<string, unknown>> {
  const [row] = await query(
    `select (select count(*)::int from public.events where org_id = $1::uuid) as events,
       (select count(*)::int from public.metrics where org_id = $1::uuid) as metrics,
       (select count(*)::int from private.ai_sessions where org_id = $1::uuid) as calls,
       (select count(*)::int from private.ai_dead_letters where org_id = $1::uuid) as dead_letters`,
    orgId,
  );
  return row ?? {};
}

/** Sends an upload and answers the status. */
export async function send(url: string, key: string, upload: Upload): Promise<UploadAnswer> {
  const response = await fetch(url + upload.path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": upload.contentType },
    body: upload.body,
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: JSON.parse(text) };
}

export interface UploadAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

/** Sends uploads that must all be refused because the database cannot take them. */
export async function sendInVain(url: string, key: string, uploads: Upload[]): Promise<void> {
  for (const upload of uploads) {
    const answer = await send(url, key, upload);
    assertProblem({ ...answer, text: `${upload.path}: ${answer.text}` }, 503, "not_ready");
  }
}

/** Sends uploads that must all be taken. */
export async function sendAll(url: string, key: string, uploads: Upload[]): Promise<void> {
  for (const upload of uploads) {
    const { status, text } = await send(url, key, upload);
    if (status !== 200 && status !== 202) throw new Error(`${upload.path}: ${status} ${text}`);
  }
}
