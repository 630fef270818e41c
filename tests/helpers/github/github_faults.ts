/** Something that goes wrong with a token's requests. */
export interface Fault {
  /** The method and path it happens to contain this, as in `GET /repos/a/b/commits`, `page=3` or `/graphql`. */
  where: string;
  what:
    | "502"
    | "secondary"
    | "exhausted"
    | "breaks off"
    | "held"
    | "slow query"
    | "403"
    | "404"
    | "451";
  /** It happens to this many requests, after this many that went well. */
  times: number;
  after: number;
}

export interface FaultState extends Fault {
  /** How many requests it could have happened to so far. */
  met: number;
  held: (() => void)[];
}

/** Seconds a secondary rate limit of this stand-in lasts. */
export const secondaryWait = 90;
/** Seconds until an exhausted quota of this stand-in is full again. */
export const quotaWait = 1200;

/** The response of whatever goes wrong with this request; null when nothing does, or it was only held. */
export async function faultFor(
  faults: FaultState[],
  method: string,
  path: string,
  stopped: AbortSignal,
): Promise<Response | null> {
  const fault = faults.find(({ where }) => `${method} ${path}`.includes(where));
  if (fault === undefined) return null;
  const turn = fault.met++;
  if (turn < fault.after || turn >= fault.after + fault.times) return null;
  switch (fault.what) {
    case "502":
      return problem(502, "Server Error");
    case "403":
    case "404":
    case "451":
      return problem(Number(fault.what), "Not for this token");
    case "secondary":
      return problem(403, "You have exceeded a secondary rate limit.", {
        "retry-after": String(secondaryWait),
      });
    case "exhausted":
      return problem(403, "API rate limit exceeded for user ID 1.", {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + quotaWait),
      });
    case "breaks off":
      return brokenOff();
    case "slow query":
      return Response.json({
        data: null,
        errors: [{ message: "Something went wrong while executing your query." }],
      });
    case "held":
      await new Promise<void>((resolve) => {
        fault.held.push(resolve);
        stopped.addEventListener("abort", () => resolve());
      });
      return null;
  }
}

/** Lets the requests that are held go on. */
export function releaseHeld(faults: FaultState[]): void {
  for (const { held } of faults) held.splice(0).forEach((go) => go());
}

/** A page whose connection closes in the middle of it. */
function brokenOff(): Response {
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('[{"sha": "ab')),
    pull: (controller) => controller.error(new Error("the connection closes here")),
  });
  return new Response(half, { headers: { "content-type": "application/json; charset=utf-8" } });
}

function problem(status: number, message: string, headers: HeadersInit = {}): Response {
  return Response.json({ message }, { status, headers });
}
