import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries } from "../api.ts";
import { Field, Form } from "../components/form.tsx";
import { mayManage, useOrganization } from "../organization.tsx";

/** Name, time zone and what is shown to whom. */
export function OrganizationSettings() {
  const organization = useOrganization();
  const save = useMutation({
    mutationFn: (data: FormData) =>
      answerOf(api.PATCH("/v1/orgs/{id}", {
        params: { path: { id: organization.id } },
        body: {
          name: String(data.get("name")),
          time_zone: String(data.get("time_zone")),
          digest_hour: Number(data.get("digest_hour")),
          min_group_size: Number(data.get("min_group_size")),
          failure_window_hours: Number(data.get("failure_window_hours")),
          individual_metrics: data.has("individual_metrics"),
        },
      })),
    // Days are the organization's, so every number may be another one now.
    onSuccess: () => queries.invalidateQueries(),
  });
  if (!mayManage(organization)) {
    return (
      <section class="card">
        <h2>{organization.name}</h2>
        <p class="fine">
          Days are those of{" "}
          {organization.time_zone.replaceAll("_", " ")}. Owners and admins change this.
        </p>
      </section>
    );
  }
  return (
    <section class="card">
      <h2>Organization</h2>
      <Form submit="Save" onSubmit={save.mutateAsync}>
        <Field label="Name" name="name" required maxlength={200} value={organization.name} />
        <Field
          label="Time zone"
          name="time_zone"
          required
          value={organization.time_zone}
          list="zones"
          hint="Its days and weeks are the organization's."
        />
        <datalist id="zones">
          {Intl.supportedValuesOf("timeZone").map((zone) => <option key={zone} value={zone} />)}
        </datalist>
        <Field
          label="Hour of the weekly digest"
          name="digest_hour"
          type="number"
          min={0}
          max={23}
          required
          value={organization.digest_hour}
          hint="Mondays, local time."
        />
        <Field
          label="Smallest group shown"
          name="min_group_size"
          type="number"
          min={1}
          max={1000}
          required
          value={organization.min_group_size}
          hint="Groups of fewer persons are hidden in breakdowns."
        />
        <Field
          label="Hours that a deployment is watched"
          name="failure_window_hours"
          type="number"
          min={0}
          max={720}
          required
          value={organization.failure_window_hours}
          hint="A younger one counts neither as failed nor as good."
        />
        <label class="check">
          <input
            type="checkbox"
            name="individual_metrics"
            defaultChecked={organization.individual_metrics}
          />
          Show activity at GitHub by person, not only by team
        </label>
        {save.isSuccess && <p role="status" class="fine">Saved.</p>}
      </Form>
    </section>
  );
}
