import type { z } from "zod";
import { deliveryItems, type DeliveryKind } from "../intake/delivery.ts";
import { storable } from "../database/storable.ts";

/** Items of one kind, as `store_delivery` takes them. */
export interface ItemGroup {
  kind: DeliveryKind;
  items: Record<string, unknown>[];
}

/** The repository that items are about; GitHub's number stays when it is renamed. */
export interface ItemRepository {
  repository: string;
  repository_github_id: number;
}

/** What is said of one thing, but for whose it is. */
export type GivenItem<Kind extends DeliveryKind> = Omit<
  z.input<(typeof deliveryItems)[Kind]>,
  keyof ItemRepository
>;

/**
 * Items about a repository, in the one shape that delivery has for them. What does not fit is handed on as it is: the
 * database refuses it with a reason, and it becomes a dead letter.
 */
export function itemGroup<Kind extends DeliveryKind>(
  kind: Kind,
  { repository, repository_github_id }: ItemRepository,
  items: GivenItem<Kind>[],
): ItemGroup {
  const schema: z.ZodType<Record<string, unknown>> = deliveryItems[kind];
  return {
    kind,
    items: items.map((item) => {
      const given = { repository, repository_github_id, ...item };
      const parsed = schema.safeParse(given);
      return parsed.success ? parsed.data : storable(given, JSON.stringify(given));
    }),
  };
}
