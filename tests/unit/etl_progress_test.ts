import assert from "node:assert/strict";
import { progressOf, type StepCount } from "../../supabase/functions/etl/progress.ts";
import { scan, type ScanState } from "../../supabase/functions/etl/scan.ts";

const step = (state: StepCount["state"], done: number, total: number | null): StepCount => ({
  name: "commits",
  state,
  done,
  total,
});

Deno.test("progressOf() says how far a run is, and how long it will take", () => {
  const table: [Parameters<typeof progressOf>[0], ReturnType<typeof progressOf>][] = [
    [
      { state: "READY", steps: [], seconds: null },
      { done: 0, total: null, percentage: null, rate: null, seconds_left: null },
    ],
    // One of two steps is over, the other a quarter: (1 + 0.25) / 2. 150 read in 10 s leave 300 at 15 a second.
    [
      {
        state: "RUNNING",
        steps: [step("FINISHED", 50, 50), step("RUNNING", 100, 400)],
        seconds: 10,
      },
      { done: 150, total: 450, percentage: 62.5, rate: 15, seconds_left: 20 },
    ],
    [
      { state: "RUNNING", steps: [step("RUNNING", 0, null), step("READY", 0, null)], seconds: 0 },
      { done: 0, total: null, percentage: 0, rate: null, seconds_left: null },
    ],
    [
      { state: "FINISHED", steps: [step("FINISHED", 30, 30)], seconds: 4 },
      { done: 30, total: 30, percentage: 100, rate: 7.5, seconds_left: 0 },
    ],
    [
      { state: "FAILED", steps: [step("RUNNING", 30, 60)], seconds: 3 },
      { done: 30, total: 60, percentage: 50, rate: 10, seconds_left: 3 },
    ],
  ];
  for (const [run, expected] of table) assert.deepStrictEqual(progressOf(run), expected);
});

interface Entry {
  at: string;
  open?: boolean;
}

/** A list of two entries a page, newest first, and what was asked of it. */
function listOf(entries: Entry[], etag: string) {
  const asked: string[] = [];
  const pages = (next: string | null, known: string | undefined) => {
    const from = Number(next ?? 0);
    asked.push(`${from}`);
    if (next === null && known === etag) return Promise.resolve(null);
    return Promise.resolve({
      items: entries.slice(from, from + 2),
      next: from + 2 < entries.length ? String(from + 2) : null,
      total: entries.length,
      etag,
    });
  };
  return { asked, pages };
}

async function read(entries: Entry[], etag: string, state: ScanState, limit = Infinity) {
  const { asked, pages } = listOf(entries, etag);
  const options = {
    read: pages,
    timeOf: ({ at }: Entry) => at,
    isOpen: ({ open }: Entry) => open === true,
    since: null,
  };
  const items: string[] = [];
  let after = state;
  for await (const page of scan(options, state)) {
    items.push(...page.items.map(({ at }) => at));
    after = page.state;
    if (--limit === 0) break;
  }
  return { items, after, asked };
}

const days = ["2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02", "2026-03-01"];
const entries = days.map((at) => ({ at }));

Deno.test("scan() reads a list to its end, then only what is newer, then nothing", async () => {
  const whole = await read(entries, "one", {});
  assert.deepStrictEqual(whole.items, days);
  assert.deepStrictEqual(whole.after, { etag: "one", watermark: "2026-03-05" });

  const newer = [{ at: "2026-03-07" }, { at: "2026-03-06" }, ...entries];
  const next = await read(newer, "two", whole.after);
  assert.deepStrictEqual(next.items, ["2026-03-07", "2026-03-06", "2026-03-05"]);
  assert.deepStrictEqual(next.asked, ["0", "2"]);
  assert.deepStrictEqual(next.after, { etag: "two", watermark: "2026-03-07" });

  const nothing = await read(newer, "two", next.after);
  assert.deepStrictEqual([nothing.items, nothing.asked], [[], ["0"]]);
});

Deno.test("scan() goes on after the page that was stored last, and keeps the first page's watermark", async () => {
  const broken = await read(entries, "one", {}, 1);
  assert.deepStrictEqual(broken.items, ["2026-03-05", "2026-03-04"]);
  // Something came in meanwhile; the first page is another one by now.
  const rest = await read(entries, "two", broken.after);
  assert.deepStrictEqual(rest.items, ["2026-03-03", "2026-03-02", "2026-03-01"]);
  assert.deepStrictEqual(rest.after, { etag: "one", watermark: "2026-03-05" });
});

Deno.test("scan() comes back to entries that are still open", async () => {
  const open = entries.map((entry) => ({ ...entry, open: entry.at === "2026-03-03" }));
  const { after } = await read(open, "one", {});
  assert.deepStrictEqual(after, { watermark: "2026-03-03" }, "and trusts no ETag until then");
  const again = await read(entries, "one", after);
  assert.deepStrictEqual(again.items, ["2026-03-05", "2026-03-04", "2026-03-03"]);
  assert.deepStrictEqual(again.after, { etag: "one", watermark: "2026-03-05" });
});
