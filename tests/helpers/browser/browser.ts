import { Window } from "happy-dom";

/** What a page's script sent, and how it was answered. */
export interface PageRequest {
  path: string;
  contentType: string | null;
  status: number;
  body: unknown;
}

/**
 * Makes the globals of this test file those of a browser that shows a page, as far as scripts look at them, and its
 * requests carry what a browser adds by itself. Answers a function that waits for the next request to be answered.
 */
export function openPage(url: string): () => Promise<PageRequest> {
  const page = new Window({ url });
  const globals = {
    window: globalThis,
    document: page.document,
    location: page.location,
    navigator: page.navigator,
    localStorage: page.localStorage,
    sessionStorage: page.sessionStorage,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const answered: Promise<PageRequest>[] = [];
  let awaited: (() => void) | undefined;
  const bareFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("origin", page.location.origin);
    request.headers.set("user-agent", page.navigator.userAgent);
    const response = await bareFetch(request);
    answered.push(describe(request, response.clone()));
    awaited?.();
    return response;
  };
  return async () => {
    if (answered.length === 0) await new Promise<void>((resolve) => awaited = resolve);
    awaited = undefined;
    const next = answered.shift();
    if (next === undefined) throw new Error("two wait for one request");
    return await next;
  };
}

async function describe(request: Request, response: Response): Promise<PageRequest> {
  return {
    path: new URL(request.url).pathname,
    contentType: request.headers.get("content-type"),
    status: response.status,
    body: await response.json(),
  };
}
