import { z } from "zod";

/** How far a list that is read newest first has been read. */
export const ScanState = z.object({
  /** Of the first page, to ask whether anything is new. */
  etag: z.string().optional(),
  /** The time up to which everything is known. */
  watermark: z.string().optional(),
  /** Where a scan that is not over has come to. */
  at: z.object({
    next: z.string(),
    etag: z.string().optional(),
    newest: z.string().optional(),
    open: z.string().optional(),
  }).optional(),
});
export type ScanState = z.output<typeof ScanState>;

/** A page of a list, newest first. */
export interface ListPage<Item> {
  items: Item[];
  /** Where the next page begins; null when this is the last. */
  next: string | null;
  total: number | null;
  etag: string | undefined;
  /** Entries that could not be read. */
  unreadable?: Record<string, unknown>[];
}

export interface Scan<Item> {
  /** Reads the first page, or the one at `next`; null when the first has not changed since `etag`. */
  read(next: string | null, etag: string | undefined): Promise<ListPage<Item> | null>;
  /** The time the list is sorted by. */
  timeOf(item: Item): string;
  /** Whether an item will still change without moving up the list; it is read again until it is not. */
  isOpen?(item: Item): boolean;
  /** Nothing older than this is wanted. */
  since: string | null;
}

export interface ScannedPage<Item> {
  items: Item[];
  state: ScanState;
  total: number | null;
  unreadable: Record<string, unknown>[];
}

/**
 * Reads a list from its newest entry down to what is known. Entries that come in meanwhile are at its top, and found by the
 * next scan, because the watermark of this one is the newest entry it began with.
 */
export async function* scan<Item>(
  { read, timeOf, isOpen, since }: Scan<Item>,
  state: ScanState,
): AsyncGenerator<ScannedPage<Item>, void> {
  const floor = later(state.watermark, since ?? undefined);
  let at = state.at;
  for (;;) {
    const page = await read(at?.next ?? null, at === undefined ? state.etag : undefined);
    if (page === null) return;
    const times = page.items.map(timeOf);
    const newest = times.reduce<string | undefined>(later, at?.newest);
    const open = page.items.filter((item) => isOpen?.(item)).map(timeOf)
      .reduce<string | undefined>(earlier, at?.open);
    const etag = at === undefined ? page.etag : at.etag;
    const wanted = page.items.filter((item) =>
      floor === undefined || Date.parse(timeOf(item)) >= Date.parse(floor)
    );
    const isOver = page.next === null || wanted.length < page.items.length;
    at = isOver ? undefined : { next: page.next ?? "", ...defined({ etag, newest, open }) };
    const after: ScanState = at === undefined
      // An open entry changes where the first page does not show it.
      ? defined({
        etag: open === undefined ? etag : undefined,
        watermark: open ?? newest ?? state.watermark,
      })
      : { ...state, at };
    const { unreadable = [] } = page;
    const total = floor === undefined ? page.total : null;
    yield { items: wanted, state: after, total, unreadable };
    if (at === undefined) return;
  }
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

function defined(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}
