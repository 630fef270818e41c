import type postgres from "postgres";
import type { Stack } from "../local/stack.ts";

/** A ratio and what it is a ratio of. */
export interface Figure {
  name: string;
  ratio: string;
  detail: string;
}

export interface Machine {
  stack: Stack;
  databaseUrl: string;
}

export type Bench = (machine: Machine) => Promise<Figure[]>;

/** The middle of some numbers. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Milliseconds of two things done by turns, so that a busy machine slows both, after five rounds that warm them: a connection
 * makes up its mind about a plan by then.
 */
export async function inTurn(
  rounds: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let round = -5; round < rounds; round++) {
    const pair = [await timed(first), await timed(second)] as const;
    if (round < 0) continue;
    times[0].push(pair[0]);
    times[1].push(pair[1]);
  }
  return times;
}

/**
 * COPYs lines into a table. All of them in one write: row by row, the connection would wait some 40 ms for an
 * acknowledgement (Nagle's algorithm and delayed ACK), which is no cost of COPY's.
 */
export async function copyLines(
  sql: Pick<postgres.Sql, "unsafe">,
  into: string,
  lines: string[],
): Promise<void> {
  const stream = await sql.unsafe(`copy ${into} from stdin`).writable();
  await new Promise((resolve, reject) => {
    stream.on("finish", resolve).on("error", reject);
    stream.end(lines.map((line) => `${line}\n`).join(""));
  });
}

/** Calls a function of the stack as the service and fails on anything but 2xx. */
export async function call(stack: Stack, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${stack.url}/functions/v1${path}`, {
    headers: {
      authorization: `Bearer ${stack.environment.API_SECRET_KEY}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
