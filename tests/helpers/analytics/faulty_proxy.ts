import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { testEnv } from "../stack/api.ts";

/**
 * What becomes of a request: refused as by a gateway whose project does not answer yet, or by one that is too busy; its connection cut before the project
 * got it, or after it did all of it and before the answer.
 */
export type Fault = "503" | "429" | "cut before" | "cut after";

export const faults: Fault[] = ["503", "429", "cut before", "cut after"];

/** A proxy, and the posts that came to it. */
export interface FaultyProxy extends AsyncDisposable {
  url: string;
  /** [path with query, fault or status of the answer], in order. */
  posts: [string, string][];
}

/**
 * Stands between a client and the local Supabase. Of the posts that `isFaulty` says, the first ones fail, one fault each in order; everything else passes.
 */
export async function startFaultyProxy(
  toCome: Fault[],
  isFaulty: (path: string) => boolean = () => true,
): Promise<FaultyProxy> {
  const left = [...toCome];
  const posts: [string, string][] = [];
  const pass = async (request: IncomingMessage, body: Uint8Array<ArrayBuffer>) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === "string" && !hopHeaders.has(name)) headers.set(name, value);
    }
    const method = request.method ?? "GET";
    return await fetch(testEnv("TEST_URL") + request.url, {
      method,
      headers,
      ...(body.length > 0 ? { body } : {}),
    });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
    const path = request.url ?? "";
    const isPost = request.method === "POST";
    const fault = isPost && isFaulty(path) ? left.shift() : undefined;
    if (fault !== undefined) posts.push([path, fault]);
    if (fault === "503" || fault === "429") {
      response.writeHead(Number(fault), {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "retry-after",
        "retry-after": "1",
      }).end(JSON.stringify({ message: "not now" }));
      return;
    }
    if (fault !== "cut before") {
      const answer = await pass(request, body);
      const text = new Uint8Array(await answer.arrayBuffer());
      if (fault === undefined) {
        if (isPost) posts.push([path, String(answer.status)]);
        const headers = Object.fromEntries(answer.headers);
        delete headers["content-length"];
        delete headers["content-encoding"];
        response.writeHead(answer.status, headers).end(text);
        return;
      }
    }
    request.socket.destroy();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    posts,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Of the connection, not of the request. */
const hopHeaders = new Set(["host", "connection", "content-length", "transfer-encoding", "expect"]);
