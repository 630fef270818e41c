import { api, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { GithubLink } from "../components/github_link.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { duration, number } from "../format.ts";
import { useRange } from "../organization.tsx";

/** How work goes in each repository: commits, merges, releases, and branches that are left lying. */
export function RepositoryReport() {
  const { org_id, start, end } = useRange();
  const query = { org_id, start, end, page_size: 100 };
  const answer = useAnswer(
    ["repository-report", query],
    (signal) => api.GET("/v1/analytics/github/repositories", { params: { query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={240} />;
  const { items } = answer.data;
  if (items.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="report">
      <h2 id="report">How work goes</h2>
      <DataTable
        caption="How work goes in each repository"
        rows={items}
        keyOf={({ repository }) => repository}
        columns={[
          {
            key: "repository",
            label: "Repository",
            cell: ({ repository, default_branch, archived }) => (
              <>
                <GithubLink repository={repository} path="" text={repository} />
                <span class="sub">{archived ? "archived" : default_branch}</span>
              </>
            ),
          },
          {
            key: "commits",
            label: "Commits",
            isNumber: true,
            cell: ({ commits }) => (
              <>
                {number(commits.count)}
                <span class="sub">
                  by {number(commits.authors)} {commits.authors === 1 ? "author" : "authors"}
                </span>
              </>
            ),
          },
          {
            key: "merged",
            label: "Merged",
            isNumber: true,
            cell: ({ strategy }) => (
              <>
                {number(strategy.merged)}
                <span class="sub">{mostUsed(strategy.merge_methods)}</span>
              </>
            ),
          },
          {
            key: "lifetime",
            label: "Branch lives",
            isNumber: true,
            cell: ({ strategy }) =>
              strategy.lifetime_seconds === null
                ? <WhyNull reason="no_pull_requests" label="How long a branch lives" />
                : duration(strategy.lifetime_seconds),
          },
          {
            key: "releases",
            label: "Releases",
            isNumber: true,
            cell: ({ releases }) => (
              <>
                {number(releases.releases)}
                {releases.last && (
                  <span class="sub">
                    last <Instant at={releases.last} />
                  </span>
                )}
              </>
            ),
          },
          {
            key: "stale",
            label: "Stale branches",
            isNumber: true,
            cell: ({ stale_branches }) =>
              `${number(stale_branches.count)} of ${number(stale_branches.branches)}`,
          },
        ]}
      />
    </section>
  );
}

/** How pull requests are merged, by the way of most. */
function mostUsed(methods: Record<string, number>): string {
  const [name, n] = Object.entries(methods).toSorted(([, a], [, b]) => b - a)[0] ?? ["", 0];
  return n === 0 ? "" : name === "unknown" ? "in unknown ways" : `most by ${name}`;
}
