import createFetchClient from "openapi-fetch";
import type { paths } from "./api.ts";
import type { Api } from "./client.ts";

export interface ReaderOptions {
  /** What stands before `/v1/…`. */
  baseUrl: string;
  /** The credential of a link that was opened; null before that. */
  token(): string | null;
  /** Told when the credential has ended. */
  ended(): void;
}

/** The API as whoever has opened a share link reads it: with the credential that opening it answered, and nobody's session. */
export function createReader({ baseUrl, token, ended }: ReaderOptions): Api {
  return createFetchClient<paths>({
    baseUrl,
    async fetch(request) {
      const headers = new Headers(request.headers);
      const current = token();
      if (current !== null) headers.set("authorization", `Bearer ${current}`);
      const response = await fetch(new Request(request, { headers }));
      if (current !== null && response.status === 401) ended();
      return response;
    },
  });
}
