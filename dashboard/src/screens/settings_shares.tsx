import { useMutation } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Snippet } from "../components/snippet.tsx";
import { addDays, today } from "../days.ts";
import { days, number, time, unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { presets, useView } from "../view.ts";

type Share = Schemas["ShareLink"];

const tabs: { name: Share["view"][number]; label: string }[] = [
  { name: "overview", label: "Overview" },
  { name: "events", label: "Events" },
  { name: "retention", label: "Retention" },
  { name: "funnel", label: "Funnel" },
  { name: "paths", label: "Paths" },
  { name: "delivery", label: "Delivery" },
  { name: "ai", label: "AI" },
];

/** Links that show some tabs to people who are in no organization. */
export function ShareSettings() {
  const { id } = useOrganization();
  const { view } = useView();
  const [made, setMade] = useState<Schemas["CreatedShareLink"] | null>(null);
  const query = { page: Number(view.query["page"] ?? 1) };
  const shares = useAnswer(
    ["shares", id, query],
    (signal) => api.GET("/v1/orgs/{id}/shares", { params: { path: { id }, query }, signal }),
  );
  if (shares.isError) return <Failed error={shares.error} retry={() => shares.refetch()} />;
  return (
    <div class="pair">
      <div class="stack">
        {made && <MadeShare made={made} done={() => setMade(null)} />}
        {shares.data === undefined ? <Skeleton height={200} /> : <Shares page={shares.data} />}
      </div>
      <NewShare made={setMade} />
    </div>
  );
}

function Shares({ page }: { page: Schemas["ShareLinks"] }) {
  const { id, time_zone } = useOrganization();
  const revoke = useMutation({
    mutationFn: (share_id: string) =>
      answerOf(
        api.DELETE("/v1/orgs/{id}/shares/{share_id}", { params: { path: { id, share_id } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["shares", id] }),
  });
  return (
    <>
      {revoke.isError && <Failed error={revoke.error} />}
      <DataTable
        caption="Share links"
        page={page}
        rows={page.items}
        keyOf={(share) => share.id}
        empty="Nothing is shared."
        columns={[
          {
            key: "name",
            label: "Link",
            cell: (share) => (
              <>
                {share.name}
                <br />
                <span class="fine">
                  {share.view.join(", ")}; {daysSaid(share)}
                  {share.has_password && "; with a password"}
                </span>
              </>
            ),
          },
          {
            key: "opens",
            label: "Opened",
            isNumber: true,
            cell: ({ opens, last_opened_at }) => (
              <span title={last_opened_at ? `Last ${time(last_opened_at, time_zone)}` : undefined}>
                {number(opens)}
              </span>
            ),
          },
          {
            key: "until",
            label: "Until",
            cell: ({ expires_at, status }) =>
              status === "active" ? <Instant at={expires_at} /> : status,
          },
          {
            key: "revoke",
            label: "Action",
            isQuiet: true,
            cell: (share) =>
              share.status === "active" && (
                <button
                  type="button"
                  class="quiet danger"
                  onClick={() =>
                    confirm(`Revoke ${share.name}? Whoever has it open sees nothing more.`) &&
                    revoke.mutate(share.id)}
                >
                  Revoke
                </button>
              ),
          },
        ]}
      />
    </>
  );
}

function daysSaid({ range, rolling }: Share): string {
  if (range !== null) return days(range);
  return rolling === null ? unknown : `the last ${rolling} days`;
}

function NewShare({ made }: { made(share: Schemas["CreatedShareLink"]): void }) {
  const { id, time_zone } = useOrganization();
  const [isFixed, setFixed] = useState(false);
  const now = today(time_zone, new Date());
  return (
    <section class="card">
      <h2>Share a view</h2>
      <p class="fine">
        Whoever has the link sees these tabs and days, nothing of one person, and changes nothing.
      </p>
      <Form
        submit="Make the link"
        onSubmit={async (data) => {
          const text = (name: string) => String(data.get(name) ?? "");
          const body: Schemas["NewShareLink"] = {
            name: text("name"),
            view: tabs.map(({ name }) => name).filter((name) => data.has(name)),
            ...(isFixed
              ? { range: { start: text("start"), end: text("end") } }
              : { rolling: Number.parseInt(text("rolling")) }),
            compare: data.has("compare") ? "previous" : "none",
            expires_at: `${text("until")}T23:59:59Z`,
            ...(text("password") === "" ? {} : { password: text("password") }),
          };
          made(
            await answerOf(api.POST("/v1/orgs/{id}/shares", { params: { path: { id } }, body })),
          );
          await queries.invalidateQueries({ queryKey: ["shares", id] });
        }}
      >
        <Field label="Name" name="name" required maxlength={100} placeholder="The board" />
        <fieldset class="scopes">
          <legend>It shows</legend>
          {tabs.map(({ name, label }) => (
            <label key={name} class="check">
              <input type="checkbox" name={name} defaultChecked={name === "overview"} /> {label}
            </label>
          ))}
        </fieldset>
        <label class="field">
          Days
          <select
            name="rolling"
            onChange={({ currentTarget }) => setFixed(currentTarget.value === "fixed")}
          >
            {Object.entries(presets).map(([preset, { label }]) => (
              <option key={preset} value={preset} selected={preset === "28d"}>
                The last {label}
              </option>
            ))}
            <option value="fixed">Days that stand still</option>
          </select>
        </label>
        {isFixed && (
          <>
            <Field label="First day" name="start" type="date" required max={now} />
            <Field label="Last day" name="end" type="date" required max={now} />
          </>
        )}
        <label class="check">
          <input type="checkbox" name="compare" defaultChecked />{" "}
          With what they were in as many days before
        </label>
        <Field
          label="Until"
          name="until"
          type="date"
          required
          min={now}
          value={addDays(now, 30)}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          minlength={8}
          hint="If you like. Tell it by another way than the link."
        />
      </Form>
    </section>
  );
}

function MadeShare(
  { made, done }: { made: Schemas["CreatedShareLink"]; done(): void },
) {
  const link = made.link ?? `${location.origin}/share/${made.id}#${made.secret}`;
  return (
    <section class="card" aria-labelledby="made">
      <div class="row">
        <h2 id="made">The link {made.name}</h2>
        <button type="button" class="quiet" onClick={done}>I have it</button>
      </div>
      <p>It is shown this once.</p>
      <Snippet label="Link" code={link} />
    </section>
  );
}
