import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { DateSchema } from "../../_shared/numbers/dates.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { name } from "../../_shared/http/schemas.ts";
import { changeProblems, managers, readers, readProblems } from "../access.ts";
import { LongPageQuery, OrgQuery, PriceSchema } from "../schemas.ts";

const usd = z.number().min(0).max(100_000);
const factor = z.number().min(0).max(1000);
const model = name(200).toLowerCase();

const PricesSchema = listSchema(PriceSchema).extend({ prices: aliasOfItems(PriceSchema) })
  .openapi("SessionPrices");
const StoredSchema = z.object({ total_count: z.int(), items: z.array(PriceSchema) });
const PriceBody = z.strictObject({
  model,
  valid_from: DateSchema,
  input_usd: usd,
  output_usd: usd,
  cache_read_usd: usd.nullable().optional(),
  cache_write_usd: usd.nullable().optional(),
  cache_write_1h_usd: usd.nullable().optional(),
  long_context_above: z.int().min(1).max(1_000_000_000).nullable().optional(),
  long_input_factor: factor.nullable().optional(),
  long_output_factor: factor.nullable().optional(),
  batch_factor: factor.nullable().optional(),
  priority_factor: factor.nullable().optional(),
  fast_factor: factor.nullable().optional(),
  input_audio_usd: usd.nullable().optional(),
  input_image_usd: usd.nullable().optional(),
}).openapi("SetSessionPrice");

const list = createRoute({
  method: "get",
  path: "/prices",
  operationId: "listSessionPrices",
  tags: ["sessions"],
  summary: "What models cost, from which day on",
  description:
    "US dollars per million tokens: the seeded list prices and the organization's own, which go first. A call that reports no cost gets the " +
    "price of its day, looked for under its model's name as it is, then without the provider before it, then without the date " +
    "after it. Tokens of the cache cost as much as input where no price of their own is given.",
  ...readers,
  request: {
    query: z.object({
      ...OrgQuery,
      ...LongPageQuery.shape,
      model: model.optional().openapi({
        param: { name: "model", in: "query" },
        description: "Only the prices that a call of this model may get.",
      }),
    }),
  },
  responses: {
    200: json(PricesSchema, "A page of prices, by model, the latest first"),
    ...readProblems,
  },
});

const put = createRoute({
  method: "put",
  path: "/prices",
  operationId: "setSessionPrice",
  tags: ["sessions"],
  summary: "Set an own price of a model from a day on",
  description: "For owners and admins. Calls that are stored keep the price they were given.",
  ...managers,
  request: { query: z.object(OrgQuery), body: jsonBody(PriceBody) },
  responses: { 200: json(PriceSchema, "The price"), ...changeProblems },
});

const remove = createRoute({
  method: "delete",
  path: "/prices",
  operationId: "deleteSessionPrice",
  tags: ["sessions"],
  summary: "End an own price",
  description: "For owners and admins. Calls that are stored keep it.",
  ...managers,
  request: { query: z.object({ ...OrgQuery, model, valid_from: DateSchema }) },
  responses: { 204: { description: "It is no more" }, ...readProblems },
});

/** `GET`, `PUT` and `DELETE /sessions/prices` */
export function prices(app: App): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { total_count, items } = await rpc(callerDb(c), "ai_prices", {
      p_org_id: orNull(query.org_id),
      p_model: orNull(query.model),
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSchema);
    const answer = { ...listOf(query, total_count, items), prices: items };
    return c.json(checked(PricesSchema, answer), 200);
  });
  app.openapi(put, async (c) => {
    const args = { p_org_id: orNull(c.req.valid("query").org_id), p_price: c.req.valid("json") };
    return c.json(await rpc(callerDb(c), "set_ai_price", args, PriceSchema), 200);
  });
  app.openapi(remove, async (c) => {
    const { org_id, model, valid_from } = c.req.valid("query");
    const args = { p_org_id: orNull(org_id), p_model: model, p_valid_from: valid_from };
    await rpc(callerDb(c), "delete_ai_price", args, z.unknown());
    return c.body(null, 204);
  });
}
