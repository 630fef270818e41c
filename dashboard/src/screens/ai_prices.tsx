import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { day, money } from "../format.ts";
import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";
import { WhyNull } from "../components/why_null.tsx";

type Price = Schemas["SessionPrice"];

/** What models cost, from which day on: the list, and the organization's own, which go first. */
export function Prices() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const { view, change } = useView();
  const model = view.query["model"];
  const query = {
    org_id,
    page: Number(view.query["page"] ?? 1),
    page_size: 20,
    ...(model ? { model } : {}),
  };
  const prices = useAnswer(
    ["prices", org_id, query],
    (signal) => api.GET("/v1/sessions/prices", { params: { query }, signal }),
  );
  const isManager = mayManage(organization);
  return (
    <>
      <form
        class="choices"
        onSubmit={(event) => {
          event.preventDefault();
          const asked = String(new FormData(event.currentTarget).get("model")).trim();
          change({ model: asked || undefined, page: undefined });
        }}
      >
        <Field
          label="Prices that a model's calls get"
          name="model"
          value={model ?? ""}
          placeholder="claude-sonnet-4-5"
        />
        <button type="submit" class="button">Show</button>
        {model && (
          <button
            type="button"
            class="quiet"
            onClick={() => change({ model: undefined, page: undefined })}
          >
            All models
          </button>
        )}
      </form>
      <div class={isManager ? "pair" : undefined}>
        {prices.isError
          ? <Failed error={prices.error} retry={() => prices.refetch()} />
          : prices.data === undefined
          ? <Skeleton height={640} />
          : <List page={prices.data} isManager={isManager} />}
        {isManager && <OwnPrice />}
      </div>
    </>
  );
}

function List({ page, isManager }: { page: Schemas["SessionPrices"]; isManager: boolean }) {
  const { id: org_id } = useOrganization();
  const remove = useMutation({
    mutationFn: ({ model, valid_from }: Price) =>
      answerOf(
        api.DELETE("/v1/sessions/prices", { params: { query: { org_id, model, valid_from } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["prices", org_id] }),
  });
  return (
    <div class="stack">
      {remove.isError && <Failed error={remove.error} />}
      <DataTable
        caption="US dollars per million tokens"
        page={page}
        rows={page.items}
        keyOf={({ model, valid_from, own }) => `${model} ${valid_from} ${own}`}
        empty="No price is known for this model: its calls count as uncosted."
        columns={[
          {
            key: "model",
            label: "Model",
            cell: ({ model, own, source }) => (
              <>
                {model} {own && <span class="verdict-chip good">own</span>}
                {!own && source && (
                  <>
                    <span class="sub">{source}</span>
                  </>
                )}
              </>
            ),
          },
          { key: "from", label: "From", cell: ({ valid_from }) => day(valid_from) },
          { key: "in", label: "In", isNumber: true, cell: ({ input_usd }) => money(input_usd) },
          { key: "out", label: "Out", isNumber: true, cell: ({ output_usd }) => money(output_usd) },
          {
            key: "cache",
            label: "Cache read",
            isNumber: true,
            cell: ({ cache_read_usd }) =>
              cache_read_usd === null
                ? <WhyNull reason="as_input" label="Cache read" />
                : money(cache_read_usd),
          },
          {
            key: "write",
            label: "Cache write",
            isNumber: true,
            cell: ({ cache_write_usd }) =>
              cache_write_usd === null
                ? <WhyNull reason="as_input" label="Cache write" />
                : money(cache_write_usd),
          },
          ...(isManager && page.items.some(({ own }) => own)
            ? [{
              key: "delete",
              label: "Action",
              isQuiet: true,
              cell: (price: Price) =>
                price.own && (
                  <button
                    type="button"
                    class="quiet danger"
                    onClick={() => confirm("End this price?") && remove.mutate(price)}
                  >
                    End
                  </button>
                ),
            }]
            : []),
        ]}
      />
      <p class="fine">
        US dollars per million tokens. Calls that are stored keep the price they were given.
      </p>
    </div>
  );
}

function OwnPrice() {
  const { id: org_id } = useOrganization();
  return (
    <section class="card">
      <h2>Set an own price</h2>
      <Form
        submit="Set"
        onSubmit={async (data) => {
          const dollars = (name: string) => {
            const text = String(data.get(name));
            return text === "" ? null : Number(text);
          };
          const body = {
            model: String(data.get("name")).trim(),
            valid_from: String(data.get("from")),
            input_usd: Number(data.get("input")),
            output_usd: Number(data.get("output")),
            cache_read_usd: dollars("cache_read"),
            cache_write_usd: dollars("cache_write"),
          };
          await answerOf(api.PUT("/v1/sessions/prices", { params: { query: { org_id } }, body }));
          await queries.invalidateQueries({ queryKey: ["prices", org_id] });
        }}
      >
        <Field label="Name of the model" name="name" required />
        <Field label="From this day on" name="from" type="date" required />
        <Field label="Input, per million" name="input" type="number" min="0" step="any" required />
        <Field
          label="Output, per million"
          name="output"
          type="number"
          min="0"
          step="any"
          required
        />
        <Field label="Cache read" name="cache_read" type="number" min="0" step="any" />
        <Field
          label="Cache write"
          name="cache_write"
          type="number"
          min="0"
          step="any"
          hint="Left empty, what goes through the cache costs as much as input."
        />
      </Form>
    </section>
  );
}
