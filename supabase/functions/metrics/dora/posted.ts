import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../../_shared/http/auth.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import {
  type DeliveryItem,
  deliveryItems,
  type DeliveryKind,
  storeDelivery,
} from "../../_shared/intake/delivery.ts";
import type { Rejected } from "../../_shared/http/answers.ts";
import { type FieldError, Problem, validationProblem } from "../../_shared/http/problem.ts";
import { maxItems } from "../../_shared/intake/body.ts";
import { refuseBoundKey } from "../../_shared/intake/destination.ts";

const Batch = z.array(z.unknown()).min(1, "is empty").max(
  maxItems,
  `has more than ${maxItems} items`,
);
const Wrapped = z.strictObject({ items: Batch });

/** The schemas as a table from kind to item, so that a kind that is not known until the call keeps its type. */
const schemas: { [Kind in DeliveryKind]: z.ZodType<DeliveryItem<Kind>> } = deliveryItems;

interface Refused extends Rejected {
  errors: FieldError[];
}

interface PostedAnswer {
  accepted: number;
  duplicates: number;
  rejected: Refused[];
  stored: number;
}

/**
 * Stores a body of one item, `{items: […]}` or a list. Every item is judged on its own.
 * @throws Problem 422 when the body, or the only item, is none; 403 for a key that posts for one source of metrics.
 */
export async function storePosted<Kind extends DeliveryKind>(
  c: Context<AppEnv>,
  kind: Kind,
  orgId: string | undefined,
  body: unknown,
): Promise<PostedAnswer> {
  refuseBoundKey(c.get("caller"));
  const single = !Array.isArray(body) && !hasItems(body);
  const judged = (single ? [body] : batchOf(body)).map((raw, index) => judge(kind, raw, index));
  const [first] = judged;
  if (single && first && "refused" in first) throw refusal(first.refused);
  const good = judged.flatMap((one) => "item" in one ? [one] : []);
  const answer = await storeDelivery(callerDb(c), orgId, kind, good.map(({ item }) => item));
  const refused = [
    ...judged.flatMap((one) => "refused" in one ? [one.refused] : []),
    ...answer.rejected.map(({ index, code, message }) => ({
      index: good[index]?.index ?? index,
      code,
      message,
      errors: [],
    })),
  ].sort((a, b) => a.index - b.index);
  const [only] = refused;
  if (single && only) throw refusal(only);
  const { stored, duplicates } = answer;
  return { accepted: stored - duplicates, duplicates, rejected: refused, stored };
}

function refusal({ message, errors }: Refused): Problem {
  return new Problem("validation_failed", message, { errors });
}

type Judged<Kind extends DeliveryKind> = { index: number; item: DeliveryItem<Kind> } | {
  refused: Refused;
};

function judge<Kind extends DeliveryKind>(kind: Kind, raw: unknown, index: number): Judged<Kind> {
  const parsed = schemas[kind].safeParse(raw);
  if (parsed.success) return { index, item: parsed.data };
  const { code, detail, extra } = validationProblem(parsed.error);
  return { refused: { index, code, message: detail, errors: extra.errors ?? [] } };
}

function batchOf(body: unknown): unknown[] {
  const parsed = Array.isArray(body) ? Batch.safeParse(body) : Wrapped.safeParse(body);
  if (!parsed.success) throw validationProblem(parsed.error);
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.items;
}

function hasItems(body: unknown): boolean {
  return typeof body === "object" && body !== null && "items" in body;
}
