import type { Connection } from "@supabase/lite";

/** What @supabase/lite 0.10.0 says of whoever calls, as far as it is used here. */
interface Caller {
  auth?: { role?: string; uid?: unknown; jwt?: unknown };
  storage?: { operation?: string };
}

interface RpcRequest {
  method: string;
  path: string;
  requestHeaders?: Record<string, string>;
}

/** A transaction of Kysely's, as far as it is used here. */
interface Transaction {
  executeQuery(query: unknown): Promise<unknown>;
}

/**
 * Makes lite set what a request may read with `current_setting()` in one statement for each part, as PostgREST does: it
 * sets ten settings one after the other otherwise, and each waits for the server's answer.
 */
export function setTogether(connection: Connection): void {
  replace(connection, "applyJwtSessionContext", async (transaction, caller) => {
    const { auth, storage } = caller as Caller;
    const role = auth?.role || "anon";
    await setLocal(transaction as Transaction, {
      role,
      "request.jwt.claim.sub": String(auth?.uid ?? ""),
      "request.jwt.claim.role": role,
      "storage.operation": storage?.operation ?? "",
      ...(typeof auth?.jwt === "object" && auth.jwt !== null
        ? { "request.jwt.claims": JSON.stringify(auth.jwt) }
        : {}),
    });
  });
  replace(connection, "applyRpcRequestGucs", async (transaction, request) => {
    const { method, path, requestHeaders } = request as RpcRequest;
    await setLocal(transaction as Transaction, {
      "response.status": "",
      "response.headers": "",
      "request.method": method,
      "request.path": path,
      "request.headers": JSON.stringify(requestHeaders ?? {}),
    });
  });
}

type Method = (...given: unknown[]) => Promise<void>;

function replace(connection: Connection, name: string, method: Method): void {
  if (typeof Reflect.get(connection, name) !== "function") {
    throw new Error(`@supabase/lite has changed: it has no ${name}() to replace`);
  }
  Reflect.set(connection, name, method);
}

async function setLocal(transaction: Transaction, settings: Record<string, string>): Promise<void> {
  const parameters = Object.entries(settings).flat();
  const calls = Object.keys(settings)
    .map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`);
  const sql = `select ${calls.join(", ")}`;
  await transaction.executeQuery({
    sql,
    parameters,
    query: { kind: "RawNode", sqlFragments: [sql], parameters: [] },
    queryId: { queryId: "request-settings" },
  });
}
