import { api, type Schemas, useAnswer } from "../api.ts";
import { Cost } from "../components/cost.tsx";
import { DataTable } from "../components/data_table.tsx";
import { Facts } from "../components/facts.tsx";
import { Failed } from "../components/failed.tsx";
import { GithubLink } from "../components/github_link.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { duration, money, number, unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { sectionUrl, useView } from "../view.ts";

type Session = Schemas["AiSession"];
type Call = Session["calls"][number];

/** One session: what was asked of models, what was taken of it, and where it went. */
export function AiSession({ id }: { id: string }) {
  const { id: org_id } = useOrganization();
  const { view } = useView();
  const answer = useAnswer(
    ["session", id, org_id],
    (signal) =>
      api.GET("/v1/sessions/{id}", { params: { path: { id }, query: { org_id } }, signal }),
  );
  const back = sectionUrl(view, "ai", { ...view.query, session: undefined });
  return (
    <>
      <p>
        <a href={back}>← All sessions</a>
      </p>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={560} />
        : <Detail session={answer.data} />}
    </>
  );
}

function Detail({ session }: { session: Session }) {
  return (
    <>
      <div class="pair">
        <About session={session} />
        <Links session={session} />
      </div>
      <Calls session={session} />
      {session.edits.length > 0 && <Edits session={session} />}
    </>
  );
}

function About({ session }: { session: Session }) {
  const { accepted, cost_usd, cost_source, cost_outlier, guessed_calls } = session;
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{session.external_id}</h2>
      <Facts
        isWide
        facts={[
          ["Developer", session.developer_id],
          ["Source", session.source],
          ["Repository", session.repository ?? unknown],
          ["Branch", session.branch ?? unknown],
          ["Model", session.model ?? unknown],
          ["Began", <Instant key="began" at={session.timestamp} />],
          ["Ended", <Instant key="ended" at={session.ended_at} />],
          [
            "Tokens",
            session.total_tokens === null
              ? <WhyNull key="tokens" reason="no_tokens" label="Tokens" />
              : `${number(session.total_tokens)}, of them ${
                number(session.cache_read_tokens ?? 0)
              } read from the cache`,
          ],
          [
            "Cost",
            <Cost
              key="cost"
              usd={cost_usd}
              source={cost_source}
              isGuess={guessed_calls > 0}
              estimate={session.estimated_cost_usd}
            />,
          ],
          [
            "Unusual",
            cost_outlier === null
              ? "too few sessions with this model to say"
              : cost_outlier
              ? "yes: it cost far more than others with this model"
              : "no",
          ],
          [
            "Taken",
            accepted === null
              ? <WhyNull key="taken" reason="no_decisions" label="Whether it was taken" />
              : accepted
              ? `yes, ${number(session.accepted_lines ?? 0)} lines`
              : "no",
          ],
        ]}
      />
    </section>
  );
}

function Calls({ session: { calls, calls_count } }: { session: Session }) {
  return (
    <>
      <DataTable
        caption="Calls to models"
        rows={calls}
        keyOf={({ id }) => id}
        empty="No call of this session is kept."
        columns={[
          { key: "at", label: "Call", cell: ({ timestamp }) => <Instant at={timestamp} /> },
          {
            key: "model",
            label: "Model",
            cell: ({ model, provider }) => (
              <>
                {model ?? unknown}
                {provider && (
                  <>
                    <span class="sub">{provider}</span>
                  </>
                )}
              </>
            ),
          },
          {
            key: "in",
            label: "In",
            isNumber: true,
            cell: (call) => <Count n={call.input_tokens} label="Tokens in" />,
          },
          {
            key: "out",
            label: "Out",
            isNumber: true,
            cell: (call) => <Count n={call.output_tokens} label="Tokens out" />,
          },
          {
            key: "cache",
            label: "Cache read",
            isNumber: true,
            cell: (call) => <Count n={call.cache_read_tokens} label="Tokens from the cache" />,
          },
          {
            key: "latency",
            label: "Took",
            isNumber: true,
            cell: ({ latency_ms }) =>
              latency_ms === null
                ? <WhyNull reason="no_latency" label="How long it took" />
                : duration(latency_ms / 1000),
          },
          { key: "state", label: "State", cell: (call) => <State call={call} /> },
          { key: "cost", label: "Cost", isNumber: true, cell: (call) => <CallCost call={call} /> },
        ]}
      />
      {calls_count > calls.length && (
        <p class="fine">The first {number(calls.length)} of {number(calls_count)} calls.</p>
      )}
    </>
  );
}

/** A count that the source may not have told. */
function Count({ n, label }: { n: number | null; label: string }) {
  return n === null ? <WhyNull reason="not_reported" label={label} /> : <>{number(n)}</>;
}

function State({ call: { status, error } }: { call: Call }) {
  const failed = error !== null || (status ?? 0) >= 400;
  return (
    <>
      <span class={`verdict-chip ${failed ? "poor" : "good"}`}>
        {failed ? "failed" : "answered"}
      </span>
      {failed && <span class="sub">{[status, error].filter(Boolean).join(" ")}</span>}
    </>
  );
}

function CallCost({ call }: { call: Call }) {
  const { cost_usd, cost_source, cost_is_guess, estimated_cost_usd, price } = call;
  return (
    <>
      <Cost
        usd={cost_usd}
        source={cost_source}
        isGuess={cost_is_guess}
        estimate={estimated_cost_usd}
      />
      {cost_source === "estimated" && price && (
        <>
          <span class="sub">
            {money(price.input_usd)} in, {money(price.output_usd)} out per million
          </span>
        </>
      )}
    </>
  );
}

function Edits({ session: { edits, edits_count } }: { session: Session }) {
  return (
    <>
      <DataTable
        caption="Edits"
        rows={edits}
        keyOf={({ id }) => id}
        columns={[
          { key: "at", label: "Edit", cell: ({ timestamp }) => <Instant at={timestamp} /> },
          { key: "tool", label: "Tool", cell: ({ tool }) => tool ?? unknown },
          {
            key: "decision",
            label: "Decision",
            cell: ({ decision, automatic }) =>
              decision === null ? unknown : (
                <>
                  <span class={`verdict-chip ${decision === "accept" ? "good" : "none"}`}>
                    {decision === "accept" ? "taken" : "refused"}
                  </span>
                  {automatic && <span class="sub">by configuration, not by a person</span>}
                </>
              ),
          },
          {
            key: "lines",
            label: "Lines",
            isNumber: true,
            cell: ({ lines_added, lines_removed }) =>
              lines_added === null && lines_removed === null
                ? unknown
                : `+${number(lines_added ?? 0)} −${number(lines_removed ?? 0)}`,
          },
        ]}
      />
      {edits_count > edits.length && (
        <p class="fine">The first {number(edits.length)} of {number(edits_count)} edits.</p>
      )}
    </>
  );
}

/** How a link was found, and how sure it is. */
function found({ method, confidence }: { method: "exact" | "scored"; confidence: number }): string {
  return method === "exact"
    ? "named by the session"
    : `likely, by branch, author and time (${Math.round(confidence * 100)}%)`;
}

function Links({ session: { repository, commits, pull_requests } }: { session: Session }) {
  return (
    <section class="card" aria-labelledby="links">
      <h2 id="links">Where it went</h2>
      {pull_requests.length + commits.length === 0 && (
        <p class="fine">No commit and no pull request is linked to it.</p>
      )}
      <ul class="links">
        {pull_requests.map((one) => (
          <li key={`${one.repository}${one.number}`}>
            <GithubLink
              repository={one.repository}
              path={`pull/${one.number}`}
              text={one.title || `Pull request ${one.number}`}
            />
            <p class="fine">
              {one.repository} #{one.number}, {one.state}; {found(one)}
            </p>
          </li>
        ))}
        {commits.map((one) => (
          <li key={one.sha}>
            <GithubLink
              repository={repository ?? ""}
              path={`commit/${one.sha}`}
              text={`Commit ${one.sha.slice(0, 12)}`}
            />
            <p class="fine">{found(one)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
