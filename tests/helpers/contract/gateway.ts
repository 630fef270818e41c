import { startFunctions } from "../../../tools/function_process.ts";
import { functionNames } from "../../../tools/project.ts";
import { testEnv } from "../stack/api.ts";
import { functionEnvironment } from "../stack/in_process.ts";

/** What becomes of what the functions ask of the data API and of Auth. */
export type Mood =
  /** It reaches the tests' own. */
  | "well"
  /** Nobody is reached. */
  | "away"
  /** The database fails in a way that nobody has thought of. */
  | "broken"
  /** Nobody's allowance has anything left. */
  | "exhausted"
  /** Auth takes nobody new. */
  | "closed"
  /** Auth is not reached. */
  | "signed_out"
  /** Auth refuses to end sessions and to change passwords, for a reason that nobody has thought of. */
  | "odd";

/** All functions, in a process of their own behind a gateway that can be told how to be. */
export interface MoodyApi {
  url: string;
  mood: Mood;
  stop(): Promise<void>;
}

export async function startMoodyApi(): Promise<MoodyApi> {
  const state: { mood: Mood } = { mood: "well" };
  const gateway = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request, state.mood),
  );
  const functions = await startFunctions({
    names: await functionNames(),
    env: {
      ...functionEnvironment(),
      SUPABASE_URL: `http://127.0.0.1:${gateway.addr.port}`,
      AUTH_ISSUER: `${testEnv("TEST_URL")}/auth/v1`,
      RESEND_API_KEY: "re_key_of_the_tests",
      RESEND_WEBHOOK_SECRET: testEnv("TEST_WEBHOOK_SECRET"),
      GITHUB_WEBHOOK_SECRET: testEnv("TEST_GITHUB_WEBHOOK_SECRET"),
      DIGEST_FROM: "Living Lytics <digest@livinglytics.test>",
      APP_URL: "https://app.livinglytics.test",
      RATE_LIMIT_SIGN_IN: "1000000/60",
      RATE_LIMIT_REGISTER: "1000000/60",
      RATE_LIMIT_USER: "1000000/60",
    },
  });
  return Object.assign(state, {
    url: functions.url,
    stop: async () => {
      await functions.stop();
      await gateway.shutdown();
    },
  });
}

async function answer(request: Request, mood: Mood): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const refusal = pathname.startsWith("/rest/")
    ? ofDataApi(pathname, mood)
    : ofAuth(`${request.method} ${pathname}`, mood);
  const body = await request.arrayBuffer();
  if (refusal !== undefined) return refusal;
  const { method, headers } = request;
  const url = testEnv("TEST_URL") + pathname + search;
  return await fetch(url, { method, headers, body: body.byteLength > 0 ? body : null });
}

function ofDataApi(pathname: string, mood: Mood): Response | undefined {
  const isLimiter = pathname.endsWith("/rpc/take_rate_limit");
  if (mood === "away") return failure("PGRST000", "Could not connect with the database");
  if (mood === "broken" && !isLimiter) return failure("XX000", "cache lookup failed");
  if (mood === "exhausted" && isLimiter) {
    return Response.json({ granted: 0, remaining: 0, seconds: 30 });
  }
  return undefined;
}

function ofAuth(asked: string, mood: Mood): Response | undefined {
  if (mood === "signed_out") return failure("unexpected_failure", "upstream connect error");
  const refused = mood === "closed" && asked.endsWith("/signup")
    ? "signup_disabled"
    : mood === "odd" && ["POST /auth/v1/logout", "PUT /auth/v1/user"].includes(asked)
    ? "surprising"
    : undefined;
  if (refused === undefined) return undefined;
  const status = 422;
  return Response.json({ code: status, error_code: refused, msg: "Refused" }, { status });
}

function failure(code: string, message: string): Response {
  return Response.json({ code, message, details: null, hint: null }, { status: 503 });
}
