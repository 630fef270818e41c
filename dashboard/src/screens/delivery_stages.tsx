import { type Schemas } from "../api.ts";
import { WhyNull } from "../components/why_null.tsx";
import { duration, number } from "../format.ts";

type Stage = Schemas["DoraLeadTime"]["stages"][number];

const stageNames = {
  coding: "Coding",
  pickup: "Waiting for review",
  review: "Review",
  deploy: "Waiting for deployment",
} as const;

/** Where the time of a change goes: the stages after each other, and each with its numbers. */
export function Stages({ stages }: { stages: Stage[] }) {
  const all = stages.reduce((sum, { p50 }) => sum + (p50 ?? 0), 0);
  return (
    <section class="card" aria-labelledby="stages">
      <h2 id="stages">Where the time goes</h2>
      {all > 0 && (
        <div
          class="stages"
          role="img"
          aria-label={stages.map(({ stage, p50 }) =>
            `${stageNames[stage]} ${p50 === null ? "unknown" : duration(p50)}`
          ).join(", ")}
        >
          {stages.map(({ stage, p50 }) =>
            (p50 ?? 0) > 0 && (
              <span key={stage} class={stage} style={{ flexGrow: (p50 ?? 0) / all }} />
            )
          )}
        </div>
      )}
      <div class="scroll" role="region" aria-label="Stages" tabindex={0}>
        <table class="bars stages-table">
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" class="number">Median</th>
              <th scope="col" class="number">p90</th>
              <th scope="col" class="number">Changes</th>
            </tr>
          </thead>
          <tbody>
            {stages.map(({ stage, p50, p90, n, unknown }) => (
              <tr key={stage} data-stage={stage} data-value={p50 ?? "null"}>
                <th scope="row">
                  <i class={`swatch ${stage}`} aria-hidden="true" /> {stageNames[stage]}
                </th>
                <td class="number">
                  <Span seconds={p50} label={`Median of ${stageNames[stage]}`} />
                </td>
                <td class="number">
                  <Span seconds={p90} label={`p90 of ${stageNames[stage]}`} />
                </td>
                <td class="number">
                  {number(n)}
                  {unknown > 0 && <span class="sub">{number(unknown)} unknown</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="fine">
        Medians of pull requests, each stage for itself: together they are not the median of all.
      </p>
    </section>
  );
}

function Span({ seconds, label }: { seconds: number | null; label: string }) {
  return seconds === null
    ? <WhyNull reason="no_changes" label={label} />
    : <>{duration(seconds)}</>;
}
