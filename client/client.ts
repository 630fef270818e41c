import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api.ts";
import { ApiProblem, problemOf, Unreachable } from "./problem.ts";
import { isFresh, type Session, sessionOf, type SessionPlace } from "./session.ts";

export type Schemas = components["schemas"];
export type Api = Client<paths>;

export interface ClientOptions {
  /** What stands before `/v1/…`, as `https://<ref>.supabase.co/functions`. */
  baseUrl: string;
  session: SessionPlace;
  /** Told when a session has ended because it could not be renewed. */
  ended?: () => void;
}

/** The API with its types, and signing in to it. */
export interface LivingLytics {
  /** Every operation by method and path; see {@link answerOf} for errors. */
  api: Api;
  signIn(username: string, password: string): Promise<Session>;
  /** Forgets the session here, and ends it there if that can be reached. */
  signOut(): Promise<void>;
}

/**
 * A client of the API. Calls carry the access token of the session; one that is about to end, or that is refused as expired, is
 * renewed once, however many calls and tabs find out at the same time, because a refresh token that is used twice ends the session.
 */
export function createClient({ baseUrl, session: place, ended }: ClientOptions): LivingLytics {
  const bare = createFetchClient<paths>({ baseUrl });

  /** The session after the one that has ended; null if nobody is signed in any more. */
  const renewed = (old: Session) =>
    place.alone(async () => {
      const current = await place.settled();
      // Another tab, or a call before, has done it.
      if (current === null || current.access_token !== old.access_token) return current;
      try {
        const body = { refresh_token: current.refresh_token };
        const next = sessionOf(await answerOf(bare.POST("/v1/auth/refresh", { body })), Date.now());
        await place.spent(current.refresh_token);
        place.write(next);
        return next;
      } catch (error) {
        if (!(error instanceof ApiProblem) || ![400, 401, 403].includes(error.status)) throw error;
        place.write(null);
        ended?.();
        return null;
      }
    });

  const send = async (request: Request): Promise<Response> => {
    let session = place.read();
    if (session && !isFresh(session, Date.now())) session = await renewed(session);
    if (session === null) return await fetch(request);
    const again = request.clone();
    const response = await fetch(withToken(request, session));
    if (response.status !== 401 || await codeOf(response) !== "expired_token") return response;
    const next = await renewed(session);
    return next === null ? response : await fetch(withToken(again, next));
  };

  return {
    api: createFetchClient<paths>({ baseUrl, fetch: send }),
    async signIn(username, password) {
      const body = { username, password };
      const session = sessionOf(await answerOf(bare.POST("/v1/auth/token", { body })), Date.now());
      place.write(session);
      return session;
    },
    async signOut() {
      const session = place.read();
      place.write(null);
      if (session === null) return;
      const headers = { authorization: `Bearer ${session.access_token}` };
      await answerOf(bare.POST("/v1/auth/logout", { headers }));
    },
  };
}

/**
 * What a call answers.
 * @throws {ApiProblem} for an answer that is no success
 * @throws {Unreachable} when none comes
 */
export async function answerOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof ApiProblem || isAbort(cause)) throw cause;
    throw new Unreachable(cause);
  });
  if (!response.ok) throw problemOf(response, error);
  // An answer without a body has the type of one without.
  return data as Data;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

function withToken(request: Request, { access_token }: Session): Request {
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${access_token}`);
  return new Request(request, { headers });
}

async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response.clone().json().catch(() => null);
  return typeof body === "object" && body !== null && "code" in body ? body.code : null;
}
