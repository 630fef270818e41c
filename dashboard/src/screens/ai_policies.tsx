import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";

type Policy = Schemas["ModelPolicy"];

/** Which models the repositories are meant to use. */
export function Policies() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const { view } = useView();
  const query = { org_id, page: Number(view.query["page"] ?? 1), page_size: 20 };
  const policies = useAnswer(
    ["policies", org_id, query],
    (signal) => api.GET("/v1/sessions/policies", { params: { query }, signal }),
  );
  const isManager = mayManage(organization);
  const list = policies.isError
    ? <Failed error={policies.error} retry={() => policies.refetch()} />
    : policies.data === undefined
    ? <Skeleton height={280} />
    : <List page={policies.data} isManager={isManager} />;
  if (!isManager) return list;
  return (
    <div class="pair">
      {list}
      <NewPolicy />
    </div>
  );
}

function List({ page, isManager }: { page: Schemas["ModelPolicies"]; isManager: boolean }) {
  const { id: org_id } = useOrganization();
  const remove = useMutation({
    mutationFn: (repository: string) =>
      answerOf(api.DELETE("/v1/sessions/policies", { params: { query: { org_id, repository } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["policies", org_id] }),
  });
  return (
    <div class="stack">
      {remove.isError && <Failed error={remove.error} />}
      <DataTable
        caption="Model policies"
        page={page}
        rows={page.items}
        keyOf={({ repository }) => repository}
        empty="No repository has a policy: every model is as good as another."
        columns={[
          { key: "repository", label: "Repository", cell: ({ repository }) => repository },
          {
            key: "models",
            label: "Models",
            cell: ({ models }) =>
              models.map((model) => (
                <>
                  <code key={model}>{model}</code>
                  {" "}
                </>
              )),
          },
          { key: "since", label: "Since", cell: ({ updated_at }) => <Instant at={updated_at} /> },
          ...(isManager
            ? [{
              key: "delete",
              label: "Action",
              isQuiet: true,
              cell: ({ repository }: Policy) => (
                <button
                  type="button"
                  class="quiet danger"
                  onClick={() =>
                    confirm(`End the policy of ${repository}?`) && remove.mutate(repository)}
                >
                  End
                </button>
              ),
            }]
            : []),
        ]}
      />
      <p class="fine">
        <code>model_selection_accuracy</code>{" "}
        is the share of sessions whose model the policy of their repository allows.
      </p>
    </div>
  );
}

function NewPolicy() {
  const { id: org_id } = useOrganization();
  return (
    <section class="card">
      <h2>Set a policy</h2>
      <Form
        submit="Set"
        onSubmit={async (data) => {
          const body = {
            repository: String(data.get("name")).trim(),
            models: String(data.get("models")).split(",").map((one) => one.trim()).filter(Boolean),
          };
          await answerOf(api.PUT("/v1/sessions/policies", { params: { query: { org_id } }, body }));
          await queries.invalidateQueries({ queryKey: ["policies", org_id] });
        }}
      >
        <Field label="Repository" name="name" placeholder="owner/name" required />
        <Field
          label="Models"
          name="models"
          placeholder="claude-*, gpt-5"
          required
          hint="Names with commas between them; * stands for anything."
        />
      </Form>
    </section>
  );
}
