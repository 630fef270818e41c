import { z } from "@hono/zod-openapi";
import { wholeNumberOr } from "./range.ts";

/** Query parameters of every list: `page` from 1, `page_size` 1–100, default 20. */
export const PageQuery = z.object({
  page: wholeNumberOr(1, "", 1, 1_000_000).openapi({
    param: { name: "page", in: "query" },
    description: "Which page, from 1.",
  }),
  page_size: wholeNumberOr(20, "", 1, 100).openapi({
    param: { name: "page_size", in: "query" },
    description: "How many a page has.",
  }),
});

/** The fields every list answers beside its rows. */
export const pageFields = {
  total_count: z.int(),
  page: z.int(),
  page_size: z.int(),
  has_more: z.boolean(),
};

/** The page fields for a list of `totalCount` rows. */
export function pageOf(query: z.infer<typeof PageQuery>, totalCount: number) {
  return {
    total_count: totalCount,
    page: query.page,
    page_size: query.page_size,
    has_more: query.page * query.page_size < totalCount,
  };
}
