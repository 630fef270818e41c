import { SignedBody } from "../../../supabase/functions/github/signature.ts";
import { type Answer, api, type ApiRequest, testEnv } from "../stack/api.ts";
import { sqlRow } from "../stack/database.ts";
import { until } from "../delivery/etl.ts";

/** A signed delivery of GitHub's, with an id of its own. */
export function deliveryRequest(
  event: string,
  payload: unknown,
  { id = crypto.randomUUID() as string, secret = testEnv("TEST_GITHUB_WEBHOOK_SECRET") } = {},
): ApiRequest {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": id,
      "x-hub-signature-256": new SignedBody(secret).add(new TextEncoder().encode(body)).signature(),
    },
  };
}

/** Sends a delivery as GitHub does. */
export function deliver(
  event: string,
  payload: unknown,
  options?: { id?: string; secret?: string },
): Promise<Answer> {
  return api("/github/webhook", deliveryRequest(event, payload, options));
}

/** What became of a delivery, when something has: it is processed after it was answered. */
export function fateOf(id: string): Promise<{ state: string; reason: string | null }> {
  return until(`the fate of ${id}`, async () => {
    const row = await sqlRow<{ state: string; reason: string | null }>(
      "select state, reason from private.webhook_deliveries where delivery_id = $1",
      id,
    );
    return row.state !== "received" && row;
  });
}

/** Delivers and waits for what becomes of it. */
export async function delivered(event: string, payload: unknown) {
  const id = crypto.randomUUID();
  const answer = await deliver(event, payload, { id });
  if (answer.status !== 202) throw new Error(answer.text);
  return { id, ...await fateOf(id) };
}
