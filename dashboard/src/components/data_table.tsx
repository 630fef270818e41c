import { type ComponentChildren } from "preact";
import { useView } from "../view.ts";

export interface Column<Row> {
  key: string;
  label: string;
  /** Its header is for those only who do not see it, as over buttons. */
  isQuiet?: boolean;
  /** Numbers stand to the right, with digits of one width. */
  isNumber?: boolean;
  /** Whether the API sorts by it: its header is a button then. */
  isSorted?: boolean;
  cell(row: Row): ComponentChildren;
}

interface Page {
  page: number;
  page_size: number;
  total_count: number;
  has_more: boolean;
}

interface Props<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf(row: Row): string | number;
  /** The page of a list; `page` of the URL names it. */
  page?: Page;
  /** What it is sorted by where the URL says nothing, as `-timestamp`. */
  usualSort?: string;
  /** What stands there when there are no rows. */
  empty?: string;
}

/** Rows as a table, in the server's order and pages; the URL keeps both as `sort` and `page`. */
export function DataTable<Row>(props: Props<Row>) {
  const { caption, columns, rows, keyOf, page, empty, usualSort = "" } = props;
  const { view, change } = useView();
  const sort = view.query["sort"] ?? usualSort;
  const toggled = (key: string) => sort === `-${key}` ? key : `-${key}`;
  return (
    <div class="table">
      <div class="scroll" role="region" aria-label={caption} tabindex={0}>
        <table>
          <caption class="hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  class={column.isNumber ? "number" : undefined}
                  aria-sort={ariaSort(sort, column.key)}
                >
                  {column.isSorted
                    ? (
                      <button
                        type="button"
                        onClick={() => change({ sort: toggled(column.key), page: undefined })}
                      >
                        {column.label}
                        <span aria-hidden="true">
                          {sort === column.key ? " ↑" : sort === `-${column.key}` ? " ↓" : ""}
                        </span>
                      </button>
                    )
                    : column.isQuiet
                    ? <span class="hidden">{column.label}</span>
                    : column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column) => (
                  <td key={column.key} class={column.isNumber ? "number" : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            {rows.length === 0 && (
              <tr>
                <td colspan={columns.length} class="fine">{empty ?? "Nothing here."}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {page && page.total_count > page.page_size && <Pages page={page} />}
    </div>
  );
}

function Pages({ page: { page, page_size, total_count, has_more } }: { page: Page }) {
  const { change } = useView();
  const first = (page - 1) * page_size + 1;
  return (
    <nav class="pages" aria-label="Pages">
      <button
        type="button"
        class="quiet"
        disabled={page <= 1}
        onClick={() => change({ page: String(page - 1) })}
      >
        ← Before
      </button>
      <span class="fine">
        {first}–{Math.min(total_count, first + page_size - 1)} of {total_count}
      </span>
      <button
        type="button"
        class="quiet"
        disabled={!has_more}
        onClick={() => change({ page: String(page + 1) })}
      >
        Next →
      </button>
    </nav>
  );
}

function ariaSort(sort: string, key: string): "ascending" | "descending" | undefined {
  return sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined;
}
