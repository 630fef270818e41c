import type { Stack } from "../../../local/stack.ts";
import type { CapturedLog } from "./log.ts";

/** A loopback endpoint through which test processes reach the stack's database and clock. */
export interface Control {
  url: string;
  token: string;
  stop(): Promise<void>;
}

/** Answers POST /sql {sql, params}, /script {sql}, /cron {now}, /background, /mails {to} and /log {containing} to whoever has the token. */
export function startControl(stack: Stack, log: CapturedLog): Control {
  const token = crypto.randomUUID();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.headers.get("authorization") !== `Bearer ${token}`) {
        return Response.json({ error: { message: "wrong token" } }, { status: 403 });
      }
      try {
        return Response.json({ result: await answer(stack, log, request) ?? null });
      } catch (error) {
        return Response.json({ error: describe(error) }, { status: 400 });
      }
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    token,
    stop: () => server.shutdown(),
  };
}

async function answer(stack: Stack, log: CapturedLog, request: Request): Promise<unknown> {
  const body: Record<string, unknown> = await request.json();
  const path = new URL(request.url).pathname;
  switch (path) {
    case "/sql":
      return await stack.database.query(
        String(body["sql"]),
        Array.isArray(body["params"]) ? body["params"] : [],
      );
    case "/script":
      return await stack.database.exec(String(body["sql"]));
    case "/cron":
      return await stack.runDueJobs(new Date(String(body["now"])));
    case "/background":
      return await stack.backgroundDone();
    case "/mails":
      return stack.mails(String(body["to"]));
    case "/log":
      return log.containing(String(body["containing"]));
    default:
      throw new Error(`No control ${path}`);
  }
}

function describe(error: unknown): { message: string; code?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const code: unknown = Reflect.get(error, "code");
  return { message: error.message, ...(typeof code === "string" ? { code } : {}) };
}
