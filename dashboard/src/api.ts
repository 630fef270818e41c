import {
  keepPreviousData,
  QueryClient,
  useQuery,
  type UseQueryOptions,
  type UseQueryResult,
} from "@tanstack/preact-query";
import {
  answerOf,
  ApiProblem,
  browserSession,
  createClient,
  createReader,
  Unreachable,
} from "../../client/mod.ts";

import type { Schemas } from "../../client/mod.ts";
import { tabPlace } from "./tab_place.ts";

export { answerOf, ApiProblem, Unreachable };
export type { Schemas } from "../../client/mod.ts";
export type OpenedShare = Schemas["OpenedShareLink"];

/** What stands before `/v1/…`: said by the page where the API has another origin, else the page's own. */
export const baseUrl = document.querySelector<HTMLMetaElement>('meta[name="functions-url"]')
  ?.content || `${location.origin}/functions`;

export const place = browserSession();

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // What was refused is refused again; what got no answer may get one.
      retry: (failures, error) => failures < 2 && isPassing(error),
      refetchOnWindowFocus: false,
    },
  },
});

export const livingLytics = createClient({
  baseUrl,
  session: place,
  ended: () => globalThis.dispatchEvent(new Event(endedEvent)),
});

/** Fired when the session could not be renewed. */
export const endedEvent = "session-ended";

/** The share link that this page was opened by, named by its path. Whoever reads by one is nobody signed in. */
export const shareId = /^\/share\/([0-9a-f-]{36})(?:\/|$)/.exec(location.pathname)?.[1] ?? null;

/** What opening the link answered, in this tab. */
export const openedShare = shareId === null
  ? null
  : tabPlace<OpenedShare>(`livinglytics.${shareId}`);

export const api = openedShare === null ? livingLytics.api : createReader({
  baseUrl,
  token: () => openedShare.read()?.access_token ?? null,
  ended: () => {
    openedShare.write(null);
    globalThis.dispatchEvent(new Event(endedEvent));
  },
});

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || error instanceof ApiProblem && error.status === 503;
}

type Call<Data> = (signal: AbortSignal) => Promise<{
  data?: Data;
  error?: unknown;
  response: Response;
}>;

/**
 * What a read answers, kept under its key. While another range of the same read is on its way the last one stays, so that the page
 * does not jump. `key` names all that the call depends on; its first member names the read.
 */
export function useAnswer<Data>(
  key: readonly [string, ...unknown[]],
  call: Call<Data>,
  options: Pick<UseQueryOptions<Data>, "enabled" | "refetchInterval"> = {},
): UseQueryResult<Data> {
  return useQuery<Data>({
    queryKey: key,
    queryFn: ({ signal }) => answerOf(call(signal)),
    placeholderData: keepPreviousData,
    ...options,
  });
}
