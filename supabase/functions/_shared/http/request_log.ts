import { log, type LogFields } from "./log.ts";

/** What is told of a request. */
export interface RequestLine extends LogFields {
  function: string;
  method: string;
  route: string;
  status: number;
  duration_ms: number;
}

/** Hosted Supabase keeps about 100 lines in so many milliseconds, and loses what is beyond, errors among it. */
const span = 10_000;
/** Successes told one by one in a span: of one route, and of all. */
const told = { ofRoute: 10, ofAll: 60 };

interface Counted {
  requests: number;
  total: number;
  slowest: number;
}

/** Writes the line of one request; what failed by our fault is an error. */
export function logRequest(line: RequestLine, write: typeof log = log): void {
  write(line.status >= 500 ? "error" : "info", "request", line);
}

/**
 * Writes a line for each request while there are few. Of a route that is asked for often, successes beyond the first are counted
 * and told together when their ten seconds are over; whatever failed is always told by itself.
 */
export class RequestLog {
  private begun = -Infinity;
  private written = 0;
  private readonly routes = new Map<string, { written: number; counted: Counted }>();

  constructor(private readonly now: () => number, private readonly write: typeof log = log) {}

  add(line: RequestLine): void {
    if (this.now() >= this.begun + span) {
      this.tell();
      this.begun = this.now();
    }
    if (line.status >= 400) return logRequest(line, this.write);
    const key = `${line.function} ${line.method} ${line.route}`;
    const route = this.routes.get(key) ??
      { written: 0, counted: { requests: 0, total: 0, slowest: 0 } };
    this.routes.set(key, route);
    if (route.written < told.ofRoute && this.written < told.ofAll) {
      route.written++;
      this.written++;
      return logRequest(line, this.write);
    }
    route.counted.requests++;
    route.counted.total += line.duration_ms;
    route.counted.slowest = Math.max(route.counted.slowest, line.duration_ms);
  }

  /** Tells what was counted so far: when its time is over, or the isolate's. */
  tell(): void {
    for (const [key, { counted: { requests, total, slowest } }] of this.routes) {
      if (requests === 0) continue;
      const [name, method, route] = key.split(" ");
      this.write("info", "requests", {
        function: name,
        method,
        route,
        requests,
        mean_duration_ms: Math.round(total / requests * 10) / 10,
        slowest_duration_ms: slowest,
      });
    }
    this.routes.clear();
    this.written = 0;
  }
}
