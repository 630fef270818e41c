import { z } from "zod";
import { type Db, rpc } from "../database/db.ts";
import { causeOf, log } from "../http/log.ts";
import { JobSettings } from "./settings.ts";
import { meaningOf } from "./webhook_items.ts";

const ClaimedSchema = z.array(z.object({
  delivery_id: z.string(),
  event: z.string(),
  payload: z.unknown(),
  lease_token: z.string(),
  targets: z.array(z.object({
    org_id: z.string(),
    job_id: z.string(),
    repository: z.string(),
    settings: JobSettings,
  })),
}));
type Claimed = z.output<typeof ClaimedSchema>[number];

const FinishedSchema = z.object({ stored: z.int(), rejected: z.int(), failed: z.int() });

/**
 * Makes of stored deliveries what they mean to each organization: of those that wait, or of one. Answers how many were
 * finished. A delivery that fails on the way keeps its lease until it runs out, and is tried again then.
 */
export async function processDeliveries(
  db: Db,
  { limit = 1, deliveryId }: { limit?: number; deliveryId?: string },
): Promise<number> {
  const args = { p_limit: limit, p_delivery_id: deliveryId };
  const claimed = await rpc(db, "claim_webhook_deliveries", args, ClaimedSchema);
  let finished = 0;
  for (const delivery of claimed) {
    try {
      await finish(db, delivery);
      finished++;
    } catch (error) {
      const { delivery_id, event } = delivery;
      log("error", "webhook_not_processed", {
        delivery_id,
        event_type: event,
        cause: causeOf(error),
      });
    }
  }
  return finished;
}

async function finish(db: Db, delivery: Claimed): Promise<void> {
  const counts = await rpc(db, "finish_webhook_delivery", {
    p_delivery_id: delivery.delivery_id,
    p_lease_token: delivery.lease_token,
    p_results: z.array(z.record(z.string(), z.json())).parse(
      delivery.targets.map((target) => resultFor(delivery, target)),
    ),
  }, FinishedSchema);
  log("info", "webhook_processed", {
    delivery_id: delivery.delivery_id,
    event_type: delivery.event,
    ...counts,
  });
}

function resultFor({ event, payload }: Claimed, target: Claimed["targets"][number]) {
  const { org_id, job_id, repository, settings } = target;
  try {
    const about = { repository, repository_github_id: RepositoryId.parse(payload).repository.id };
    return { org_id, job_id, ...meaningOf(event, payload, about, settings) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    return { org_id, job_id, error: `${issue?.path.join(".")}: ${issue?.message}` };
  }
}

const RepositoryId = z.object({ repository: z.object({ id: z.int() }) });
