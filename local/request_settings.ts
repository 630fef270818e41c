import type { Connection } from "@supabase/lite";
import type { RoleSettings } from "./role_settings.ts";

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
 * Makes lite set what a request may read with `current_setting()` in one statement, as PostgREST does: it sets ten settings
 * one after the other otherwise, and each waits for the server's answer. With them go the settings of the request's role, its
 * time limits say, which PostgreSQL itself applies to a role that logs in and not to one that is taken on.
 */
export function setTogether(connection: Connection, roles: RoleSettings): void {
  const calls = new WeakMap<object, RpcRequest>();
  const areSet = new WeakSet<object>();
  replace(connection, "withContext", (original) => async (caller, work, options) => {
    const { rpc } = (options ?? {}) as { rpc?: RpcRequest };
    if (isObject(caller) && rpc !== undefined) calls.set(caller, rpc);
    else if (isObject(caller)) calls.delete(caller);
    return await original(caller, work, options);
  });
  replace(connection, "applyJwtSessionContext", () => async (transaction, caller) => {
    const call = isObject(caller) ? calls.get(caller) : undefined;
    await setLocal(transaction as Transaction, {
      ...settingsOfCaller(caller as Caller, roles),
      ...(call === undefined ? {} : settingsOfCall(call)),
    });
    if (call !== undefined) areSet.add(transaction as Transaction);
  });
  replace(connection, "applyRpcRequestGucs", () => async (transaction, call) => {
    if (areSet.delete(transaction as Transaction)) return;
    await setLocal(transaction as Transaction, settingsOfCall(call as RpcRequest));
  });
}

function settingsOfCaller({ auth, storage }: Caller, roles: RoleSettings): Record<string, string> {
  const role = auth?.role || "anon";
  return {
    ...roles.of(role),
    role,
    "request.jwt.claim.sub": String(auth?.uid ?? ""),
    "request.jwt.claim.role": role,
    "storage.operation": storage?.operation ?? "",
    ...(isObject(auth?.jwt) ? { "request.jwt.claims": JSON.stringify(auth.jwt) } : {}),
  };
}

function settingsOfCall({ method, path, requestHeaders }: RpcRequest): Record<string, string> {
  return {
    "response.status": "",
    "response.headers": "",
    "request.method": method,
    "request.path": path,
    "request.headers": JSON.stringify(requestHeaders ?? {}),
  };
}

type Method = (...given: unknown[]) => Promise<unknown>;

function replace(connection: Connection, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(connection, name);
  if (typeof original !== "function") {
    throw new Error(`@supabase/lite has changed: it has no ${name}() to replace`);
  }
  Reflect.set(connection, name, by(original.bind(connection)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
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
