import type { ColumnKind, ReadEvents, Row } from "./types.ts";

/** The columns of exported events, in the order that the database answers them. */
export const exportColumns = {
  cursor: "text",
  event_id: "text",
  event: "text",
  occurred_at: "time",
  received_at: "time",
  sent_at: "time",
  day: "date",
  person: "text",
  clamped: "boolean",
  properties: "json",
} as const satisfies Record<string, ColumnKind>;

const names = Object.keys(exportColumns);
const pageSize = 5000;

/** Events one by one, read page by page as they are taken; at most `limit`. */
export async function* exportedRows(
  read: ReadEvents,
  after: string | undefined,
  limit = Infinity,
): AsyncGenerator<Row> {
  let left = limit;
  let next: string | undefined = after;
  while (left > 0) {
    const page = await read(next, Math.min(left, pageSize));
    for (const cells of page.events) {
      yield Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null]));
    }
    left -= page.events.length;
    if (page.next === null) return;
    next = page.next;
  }
}
