/**
 * A local stand-in for Resend's `POST /emails` and `GET /emails`: keys, validation, idempotency keys kept for a day, rate limits and faults.
 *
 * Tests share one server, so everything is told apart by recipient: `PUT /_control/faults?to=` says how the next requests
 * for an address end, `GET /_control/mails?to=` and `GET /_control/requests?to=` say what was accepted and what was asked.
 */
export function startMailServer(): Promise<MailServer> {
  const state: State = { mails: [], requests: [], faults: new Map(), keys: new Map() };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(state, request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Promise.resolve({
    url,
    ...mailControl(url),
    accepted: () => state.mails,
    stop: () => server.shutdown(),
  });
}

/** What tests in another process can do with a running stand-in. */
export function mailControl(url: string): MailControl {
  const at = (what: string, to: string) => `${url}/_control/${what}?to=${encodeURIComponent(to)}`;
  return {
    mailsTo: async (to) => await (await fetch(at("mails", to))).json(),
    requestsFor: async (to) => await (await fetch(at("requests", to))).json(),
    fail: async (to, ...faults) => {
      const response = await fetch(at("faults", to), {
        method: "PUT",
        body: JSON.stringify(faults),
      });
      await response.body?.cancel();
    },
  };
}

export interface MailControl {
  /** Mails accepted for an address, oldest first. */
  mailsTo(to: string): Promise<SentMail[]>;
  /** What was asked for an address, accepted or not, oldest first. */
  requestsFor(to: string): Promise<RecordedRequest[]>;
  /** How the next requests for an address end, one fault each; then all is well again. */
  fail(to: string, ...faults: Fault[]): Promise<void>;
}

export interface MailServer extends MailControl {
  url: string;
  /** Every mail accepted so far, oldest first. */
  accepted(): readonly SentMail[];
  stop(): Promise<void>;
}

export interface Fault {
  status: number;
  name?: string;
  retryAfter?: number;
  /** The mail is accepted all the same: its answer gets lost. */
  accepted?: boolean;
}

export interface SentMail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  tags: { name: string; value: string }[];
  created_at: string;
}

export interface RecordedRequest {
  idempotency_key: string | null;
  status: number;
}

interface State {
  mails: SentMail[];
  requests: (RecordedRequest & { to: string })[];
  faults: Map<string, Fault[]>;
  keys: Map<string, { body: string; id: string; at: number }>;
}

const keyLifetime = 24 * 3600 * 1000;

async function answer(state: State, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const route = `${request.method} ${pathname}`;
  const to = searchParams.get("to") ?? "";
  switch (route) {
    case "POST /emails":
      return await send(state, request);
    case "GET /emails":
      return list(state, searchParams);
    case "GET /_control/mails":
      return Response.json(state.mails.filter((mail) => mail.to.includes(to)));
    case "GET /_control/requests":
      return Response.json(state.requests.filter((asked) => asked.to === to));
    case "PUT /_control/faults":
      state.faults.set(to, await request.json());
      return new Response(null, { status: 204 });
    default:
      return refusal(404, "not_found", "The requested endpoint does not exist");
  }
}

/** The sent mails, the newest first. */
function list({ mails }: State, query: URLSearchParams): Response {
  const newest = mails.toReversed();
  const from = newest.findIndex(({ id }) => id === query.get("after")) + 1;
  const page = newest.slice(from, from + Number(query.get("limit") ?? 20));
  return Response.json({
    object: "list",
    has_more: from + page.length < newest.length,
    data: page.map(({ id, to, from, created_at, subject }) => ({
      id,
      to,
      from,
      created_at,
      subject,
      last_event: "delivered",
    })),
  });
}

async function send(state: State, request: Request): Promise<Response> {
  const body = await request.text();
  const mail = parse(body);
  const key = request.headers.get("idempotency-key");
  const to = mail?.to?.[0] ?? "";
  const response = decide(state, request, mail, key, body, to);
  state.requests.push({ to, idempotency_key: key, status: response.status });
  return response;
}

function decide(
  state: State,
  request: Request,
  mail: Partial<SentMail> | null,
  key: string | null,
  body: string,
  to: string,
): Response {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined) return refusal(401, "missing_api_key", "Missing API key");
  if (!/^re_\w+$/.test(bearer)) return refusal(403, "invalid_api_key", "API key is invalid");
  if (mail === null) return refusal(422, "validation_error", "The body is not JSON");
  const fault = state.faults.get(to)?.shift();
  if (fault && !fault.accepted) return faulty(fault);

  const known = key === null ? undefined : state.keys.get(key);
  if (known && Date.now() - known.at < keyLifetime) {
    return known.body === body
      ? Response.json({ id: known.id })
      : refusal(409, "invalid_idempotent_request", "This key was used with another body");
  }
  const missing = (["from", "to", "subject"] as const).find((field) => !mail[field]?.length);
  if (missing) return refusal(422, "missing_required_field", `Missing \`${missing}\` field`);
  if (!mail.html && !mail.text) {
    return refusal(422, "missing_required_field", "Missing `html` or `text` field");
  }
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to)) {
    return refusal(422, "validation_error", "Invalid `to` field");
  }
  const accepted: SentMail = {
    id: crypto.randomUUID(),
    from: mail.from ?? "",
    to: mail.to ?? [],
    subject: mail.subject ?? "",
    html: mail.html ?? "",
    text: mail.text ?? "",
    headers: mail.headers ?? {},
    tags: mail.tags ?? [],
    created_at: new Date().toISOString(),
  };
  state.mails.push(accepted);
  if (key !== null) state.keys.set(key, { body, id: accepted.id, at: Date.now() });
  return fault ? faulty(fault) : Response.json({ id: accepted.id });
}

function faulty({ status, name, retryAfter }: Fault): Response {
  const response = refusal(status, name ?? "application_error", "As the test asked for");
  if (retryAfter !== undefined) response.headers.set("retry-after", String(retryAfter));
  return response;
}

function refusal(status: number, name: string, message: string): Response {
  return Response.json({ statusCode: status, name, message }, { status });
}

function parse(body: string): Partial<SentMail> | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
