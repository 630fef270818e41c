import type { components } from "./api.ts";

type Body = components["schemas"]["Problem"];

/** An answer of the API that is no success, as RFC 9457 tells it. */
export class ApiProblem extends Error {
  readonly status: number;
  /** What is wrong, for programs. */
  readonly code: Body["code"];
  readonly requestId: string;
  /** What each complaint of a 422 is about. */
  readonly errors: { path: string; message: string }[];
  /** Seconds until it may be tried again, where the answer says so. */
  readonly retryAfter: number | null;

  constructor(body: Body, retryAfter: number | null) {
    super(body.detail);
    this.name = "ApiProblem";
    this.status = body.status;
    this.code = body.code;
    this.requestId = body.request_id;
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** No answer came: the network is away, or the answer was not the API's. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super("The API does not answer", { cause });
    this.name = "Unreachable";
  }
}

/** The problem that a response tells. */
export function problemOf(response: Response, body: unknown): ApiProblem | Unreachable {
  if (!isProblem(body)) return new Unreachable(`${response.status} without a problem`);
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiProblem(body, Number.isFinite(seconds) && seconds > 0 ? seconds : null);
}

function isProblem(body: unknown): body is Body {
  return typeof body === "object" && body !== null && "code" in body && "request_id" in body;
}
