import assert from "node:assert/strict";
import { pageOf, PageQuery } from "../../supabase/functions/_shared/http/pagination.ts";

const queries: [Record<string, string>, { page: number; page_size: number } | string[]][] = [
  [{}, { page: 1, page_size: 20 }],
  [{ page: "3", page_size: "100" }, { page: 3, page_size: 100 }],
  [{ page: "0" }, ["page"]],
  [{ page: "-1", page_size: "101" }, ["page", "page_size"]],
  [{ page: "1.5" }, ["page"]],
  [{ page: "many" }, ["page"]],
  [{ page: "1e999" }, ["page"]],
  [{ page_size: "" }, ["page_size"]],
];

for (const [query, expected] of queries) {
  Deno.test(`PageQuery of ${JSON.stringify(query)}`, () => {
    const { data, error } = PageQuery.safeParse(query);
    assert.deepStrictEqual(data ?? error?.issues.map(({ path }) => path[0]), expected);
  });
}

const pages: [number, number, number, boolean][] = [
  [1, 20, 0, false],
  [1, 20, 20, false],
  [1, 20, 21, true],
  [2, 20, 21, false],
  [9, 20, 21, false],
];

for (const [page, page_size, total, has_more] of pages) {
  Deno.test(`pageOf() page ${page} of ${page_size} of ${total} has ${has_more ? "" : "no "}more`, () => {
    assert.deepStrictEqual(pageOf({ page, page_size }, total), {
      total_count: total,
      page,
      page_size,
      has_more,
    });
  });
}
