import {
  keepPreviousData,
  QueryClient,
  useQuery,
  type UseQueryResult,
} from "@tanstack/preact-query";
import {
  answerOf,
  ApiProblem,
  browserSession,
  createClient,
  Unreachable,
} from "../../client/mod.ts";

export { answerOf, ApiProblem, Unreachable };
export type { Schemas } from "../../client/mod.ts";

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

export const { api } = livingLytics;

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
  options: { enabled?: boolean; refetchInterval?: number | false } = {},
): UseQueryResult<Data> {
  return useQuery<Data>({
    queryKey: key,
    queryFn: ({ signal }) => answerOf(call(signal)),
    placeholderData: keepPreviousData,
    ...options,
  });
}
