import { createRoute } from "@hono/zod-openapi";
import { listOf } from "../../_shared/http/answers.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc, serviceClient } from "../../_shared/database/db.ts";
import { processDeliveries } from "../../_shared/github/webhook_process.ts";
import { readers, writers } from "../access.ts";
import {
  LetterParam,
  LetterSchema,
  LettersQuery,
  LettersSchema,
  StoredLetters,
} from "../letter_schemas.ts";

const listLetters = createRoute({
  method: "get",
  path: "/dead-letters",
  operationId: "listEtlDeadLetters",
  tags: ["etl"],
  summary: "What could not be stored, and why",
  description: "The newest first. One that could be stored in the end is `resolved`.",
  ...readers,
  request: { query: LettersQuery },
  responses: {
    200: json(LettersSchema, "The dead letters"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const replayLetter = createRoute({
  method: "post",
  path: "/dead-letters/{id}/replay",
  operationId: "replayEtlDeadLetter",
  tags: ["etl"],
  summary: "Try to store a dead letter again",
  description:
    "Answers the letter as it is then: `resolved`, or `open` with the reason of this try.",
  ...writers,
  request: { params: LetterParam },
  responses: {
    200: json(LetterSchema, "The dead letter"),
    ...problems(...callerProblems, "not_found", "gone", "validation_failed"),
  },
});

/** Registers `/etl/dead-letters`. */
export function deadLetters(app: App): void {
  app.openapi(listLetters, async (c) => {
    const query = c.req.valid("query");
    const { dead_letters, total_count } = await rpc(callerDb(c), "etl_dead_letters", {
      p_org_id: query.org_id,
      p_state: query.state,
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredLetters);
    return c.json(checked(LettersSchema, listOf(query, total_count, dead_letters)), 200);
  });

  app.openapi(replayLetter, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    const letter = await rpc(callerDb(c), "replay_dead_letter", args, LetterSchema);
    const { delivery_id: deliveryId, item, state } = letter;
    if (item !== null || deliveryId === null || state !== "open") return c.json(letter, 200);
    // A whole delivery is for every organization it concerns, so the service processes it.
    const db = serviceClient();
    await processDeliveries(db, { deliveryId });
    return c.json(await rpc(db, "dead_letter", args, LetterSchema), 200);
  });
}
