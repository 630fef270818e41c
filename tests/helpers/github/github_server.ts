import { type Account, accountOf, type Repository } from "./github_accounts.ts";
import { type Fault, faultFor, type FaultState, releaseHeld } from "./github_faults.ts";
import { graphqlAnswer } from "./github_graphql.ts";
import type { GithubRepositoryModel } from "./github_model.ts";
import { restAnswer } from "./github_rest.ts";

/**
 * A local stand-in for api.github.com: `/user` and `/user/repos` with filters, sorting, pages, ETags and quotas, and
 * repositories over REST and GraphQL.
 *
 * A token says how it is treated, so that tests can share one server: `ghp_<behaviour>-<login>-<anything>`, as in
 * `ghp_ok-octocat-1`; see {@link behaviours}. Any other token is refused. What was asked with a token is answered by
 * `GET /_control/requests?token=…`, and `PUT /_control/account?token=…` replaces what the token sees.
 */
export function startGithubServer(): GithubServer {
  const state: State = {
    requests: [],
    accounts: new Map(),
    repositories: new Map(),
    faults: new Map(),
    stopped: new AbortController(),
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(state, request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    ...githubControl(url),
    addRepository: (token, repository) => keepRepository(state, token, repository),
    stop: async () => {
      state.stopped.abort();
      await server.shutdown();
    },
  };
}

/** What tests in another process can do with a running stand-in. */
export function githubControl(url: string): GithubControl {
  const at = (what: string, token: string) =>
    `${url}/_control/${what}?token=${encodeURIComponent(token)}`;
  return {
    requestsOf: async (token) => await (await fetch(at("requests", token))).json(),
    setAccount: async (token, account) => {
      const body = JSON.stringify(account);
      const response = await fetch(at("account", token), { method: "PUT", body });
      await response.body?.cancel();
    },
    setRepository: async (token, repository) => {
      const body = JSON.stringify(repository);
      const response = await fetch(at("repository", token), { method: "PUT", body });
      await response.body?.cancel();
    },
    setFaults: async (token, faults) => {
      const body = JSON.stringify(faults);
      const response = await fetch(at("faults", token), { method: "PUT", body });
      await response.body?.cancel();
    },
    release: async (token) => {
      const response = await fetch(at("release", token), { method: "PUT" });
      await response.body?.cancel();
    },
  };
}

export interface GithubControl {
  /** What was asked with a token, oldest first. */
  requestsOf(token: string): Promise<RecordedRequest[]>;
  /** Replaces what a token sees. */
  setAccount(token: string, account: Account): Promise<void>;
  /** Adds a repository that a token sees, or replaces the one with its number. */
  setRepository(token: string, repository: GithubRepositoryModel): Promise<void>;
  /** Replaces what goes wrong with a token's requests. */
  setFaults(token: string, faults: Fault[]): Promise<void>;
  /** Answers the requests of a token that are held. */
  release(token: string): Promise<void>;
}

export interface GithubServer extends GithubControl {
  url: string;
  /** The same as setRepository, for whoever runs the stand-in and has too much to send. */
  addRepository(token: string, repository: GithubRepositoryModel): void;
  stop(): Promise<void>;
}

export interface RecordedRequest {
  method: string;
  path: string;
  status: number;
  if_none_match: string | null;
  /** Whether GitHub would have counted it against the quota. */
  counted: boolean;
}

interface State {
  requests: (RecordedRequest & { token: string })[];
  accounts: Map<string, Account>;
  repositories: Map<string, GithubRepositoryModel[]>;
  faults: Map<string, FaultState[]>;
  stopped: AbortController;
}

interface Visit {
  request: Request;
  url: URL;
  /** How often this token has asked for this path before. */
  earlier: number;
  stopped: AbortSignal;
}

type Behaviour = (visit: Visit) => Response | Promise<Response> | null;

/** Seconds until the quota of this stand-in is full again. */
export const secondsToReset = 1800;

/** How a token is treated, by the word after `ghp_`; null goes on to the route. */
const behaviours: Record<string, Behaviour> = {
  ok: () => null,
  bad: () => message(401, "Bad credentials"),
  ratelimited: () => message(403, "API rate limit exceeded for user ID 1.", exhausted()),
  toomany: () => message(429, "API rate limit exceeded for user ID 1.", exhausted()),
  secondary: () => message(403, secondaryLimit, { "retry-after": "120" }),
  briefly: ({ earlier }) =>
    earlier > 0 ? null : message(403, secondaryLimit, { "retry-after": "1" }),
  forbidden: () => message(403, "Resource not accessible by personal access token"),
  missing: () => message(404, "Not Found"),
  flaky: ({ earlier }) => earlier > 0 ? null : message(502, "Server Error"),
  down: () => message(500, "Server Error"),
  odd: () => new Response("<h1>Unicorn!</h1>", { headers: { "content-type": "text/html" } }),
  hang: ({ stopped }) =>
    new Promise((resolve) => {
      stopped.addEventListener("abort", () => resolve(new Response(null, { status: 504 })));
    }),
  /** Sends its head, and half of its body. */
  stall: ({ stopped }) => {
    let hungUp = false;
    const half = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"login": "octo'));
        stopped.addEventListener("abort", () => hungUp || controller.close());
      },
      cancel: () => {
        hungUp = true;
      },
    });
    return new Response(half, { headers: { "content-type": "application/json; charset=utf-8" } });
  },
};

const secondaryLimit =
  "You have exceeded a secondary rate limit. Please wait before you try again.";

/** What each path answers of an account; null is a 404. */
const routes: [URLPattern, (account: Account, url: URL) => unknown][] = [
  [new URLPattern({ pathname: "/user" }), ({ user }) => user],
  [new URLPattern({ pathname: "/user/repos" }), repositories],
];

async function answer(state: State, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.startsWith("/_control/")) return await control(state, request, url);
  const token = /^(?:token|bearer) (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ??
    "";
  const path = url.pathname + url.search;
  const record = {
    token,
    method: request.method,
    path,
    status: 0,
    if_none_match: request.headers.get("if-none-match"),
    counted: true,
  };
  const mine = state.requests.filter((earlier) => earlier.token === token);
  state.requests.push(record);
  const visit = {
    request,
    url,
    earlier: mine.filter((earlier) => earlier.path === path).length,
    stopped: state.stopped.signal,
  };
  const behaviour = behaviours[/^ghp_([a-z]+)/.exec(token)?.[1] ?? "bad"] ?? behaviours["bad"];
  const used = mine.filter(({ counted }) => counted).length;
  const response = await behaviour?.(visit) ??
    await faultFor(state.faults.get(token) ?? [], request.method, path, visit.stopped) ??
    await fromRepository(state, token, visit, used + 1) ??
    await fromRoute(state, token, visit, used + 1);
  record.status = response.status;
  record.counted = response.status !== 304;
  return response;
}

async function fromRoute(state: State, token: string, visit: Visit, used: number) {
  const { request, url } = visit;
  const account = state.accounts.get(token) ?? accountOf(token.split("-")[1] ?? "octocat");
  for (const [pattern, body] of routes) {
    if (request.method !== "GET" || !pattern.test(url)) continue;
    const found = body(account, url);
    if (found === null) break;
    return await withEtag(request, url, found, quota(5000 - used));
  }
  return message(404, "Not Found");
}

/** What the repositories a token sees answer; null is for the other routes. */
async function fromRepository(
  state: State,
  token: string,
  { request, url }: Visit,
  used: number,
): Promise<Response | null> {
  const mine = state.repositories.get(token) ?? [];
  const named = (name: string) =>
    mine.find(({ full_name }) => full_name.toLowerCase() === name.toLowerCase());
  if (url.pathname === "/graphql" && request.method === "POST") {
    return Response.json(await graphqlAnswer(await request.json(), named), {
      headers: quota(5000 - used),
    });
  }
  const [, name = "", byName = ""] = /^\/repos\/([^/]+\/[^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const [, id = "", byId = ""] = /^\/repositories\/(\d+)\/?(.*)$/.exec(url.pathname) ?? [];
  const moved = mine.find(({ former_names }) => former_names.includes(name));
  const found = id ? mine.find((one) => one.id === Number(id)) : named(name);
  if (!found && moved) {
    const location = `/repositories/${moved.id}${byName ? `/${byName}` : ""}${url.search}`;
    return message(301, "Moved Permanently", { location });
  }
  const body = found && restAnswer(found, id ? byId : byName, url.searchParams);
  return body ? await withEtag(request, url, body, quota(5000 - used)) : null;
}

function keepRepository(state: State, token: string, repository: GithubRepositoryModel): void {
  const others = (state.repositories.get(token) ?? []).filter(({ id }) => id !== repository.id);
  state.repositories.set(token, [...others, repository]);
}

async function withEtag(request: Request, url: URL, body: unknown, headers: HeadersInit) {
  const all = Array.isArray(body) ? body : null;
  const { items, link } = all ? pageOf(all, url) : { items: body, link: null };
  const text = JSON.stringify(items);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  const response = new Headers(headers);
  response.set("etag", `W/"${hex.join("")}"`);
  if (link) response.set("link", link);
  if (request.headers.get("if-none-match") === response.get("etag")) {
    return new Response(null, { status: 304, headers: response });
  }
  response.set("content-type", "application/json; charset=utf-8");
  return new Response(text, { headers: response });
}

/** One page of a list, with the `Link` header GitHub pages with. */
function pageOf(all: unknown[], url: URL): { items: unknown[]; link: string | null } {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const to = (target: number, rel: string) => {
    const there = new URL(url);
    there.searchParams.set("page", String(target));
    return `<${there}>; rel="${rel}"`;
  };
  const links = page < last ? [to(page + 1, "next"), to(last, "last")] : [];
  return {
    items: all.slice((page - 1) * size, page * size),
    link: links.length > 0 ? links.join(", ") : null,
  };
}

/** `GET /user/repos`: as asked, except that a repository marked `slips` comes back whatever was asked. */
function repositories({ repositories }: Account, url: URL): object[] {
  const visibility = url.searchParams.get("visibility") ?? "all";
  const affiliations = (url.searchParams.get("affiliation") ??
    "owner,collaborator,organization_member").split(",");
  const sort = url.searchParams.get("sort") ?? "full_name";
  const direction = url.searchParams.get("direction") ?? (sort === "full_name" ? "asc" : "desc");
  const keyOf = (repository: Repository) =>
    sort === "updated" ? repository.updated_at : repository.full_name;
  return repositories
    .filter((repository) =>
      repository.slips ||
      (affiliations.includes(repository.affiliation) &&
        (visibility === "all" || visibility === repository.visibility))
    )
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)) * (direction === "asc" ? 1 : -1))
    .map(({ slips: _slips, affiliation: _affiliation, ...sent }) => sent);
}

async function control(state: State, request: Request, url: URL): Promise<Response> {
  const token = url.searchParams.get("token") ?? "";
  if (url.pathname === "/_control/requests") {
    return Response.json(
      state.requests.filter((record) => record.token === token)
        .map(({ token: _token, ...record }) => record),
    );
  }
  switch (url.pathname) {
    case "/_control/account":
      state.accounts.set(token, await request.json());
      break;
    case "/_control/repository":
      keepRepository(state, token, await request.json());
      break;
    case "/_control/faults": {
      const faults: Fault[] = await request.json();
      state.faults.set(token, faults.map((fault) => ({ ...fault, met: 0, held: [] })));
      break;
    }
    case "/_control/release":
      releaseHeld(state.faults.get(token) ?? []);
      break;
  }
  return new Response(null, { status: 204 });
}

function message(status: number, text: string, headers: HeadersInit = {}): Response {
  return Response.json(
    { message: text, documentation_url: "https://docs.github.com/rest" },
    { status, headers: { "x-github-request-id": "C0DE:1:2:3", ...headers } },
  );
}

function exhausted(): Record<string, string> {
  return quota(0);
}

function quota(remaining: number): Record<string, string> {
  return {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(Math.max(remaining, 0)),
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + secondsToReset),
    "x-ratelimit-resource": "core",
  };
}
