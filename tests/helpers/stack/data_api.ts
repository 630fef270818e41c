import { testEnv } from "./api.ts";
import type { Person } from "../tenancy/people.ts";

export interface DataApiAnswer {
  status: number;
  text: string;
}

/** Longer than any role's statement may take, so that only what hangs is cut. */
const patience = 60_000;

/**
 * What somebody can do with nothing but their token, past the functions: a request to the data API as that person, or as whoever
 * has only the publishable key.
 * @throws when no answer comes, naming the request
 */
export async function dataApi(
  method: string,
  path: string,
  body: unknown,
  as: Person | "anon",
): Promise<DataApiAnswer> {
  const key = testEnv("TEST_PUBLISHABLE_KEY");
  const text = JSON.stringify(body);
  try {
    const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: key,
        authorization: `Bearer ${as === "anon" ? key : as.token}`,
        "content-type": "application/json",
      },
      body: text,
      signal: AbortSignal.timeout(patience),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new Error(`no answer to ${method} ${path} ${text.slice(0, 300)}`, { cause: error });
  }
}
