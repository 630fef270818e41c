import postgres from "postgres";
import { startWorker, type Worker } from "../tests/helpers/delivery/etl_worker.ts";
import { startGithubServer } from "../tests/helpers/github/github_server.ts";
import {
  commit,
  emptyRepository,
  type GithubCommit,
  type GithubRepositoryModel,
  hour,
  pull,
} from "../tests/helpers/github/github_model.ts";
import { call, type Figure, type Machine, timed } from "./figure.ts";

const size = { commits: 50_000, pulls: 5_000 };
/** What hosted Supabase gives a request. */
const hosted = { megabytes: 256, cpuSeconds: 2 };
const token = "ghp_ok-octocat-bench";

/**
 * The first sync of a repository with 50,000 commits and 5,000 pull requests, each with two commits and a review. The
 * function runs in a process of its own, so that its memory and CPU time are its own.
 */
export async function syncRepository({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  await using cleanup = new AsyncDisposableStack();
  const github = startGithubServer();
  cleanup.defer(() => github.stop());
  const repository = bigRepository();
  github.addRepository(token, repository);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  cleanup.defer(() => sql.end());
  const worker = await startWorker({
    ...stack.environment,
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: token,
  });
  cleanup.defer(() => worker.kill());

  const org = await organization(sql, "A big repository");
  const jobId = await newJob(stack, org, repository.full_name);
  const calls: number[] = [];
  const seconds = await timed(async () => {
    for (let isOver = false; !isOver;) {
      const before = await cpuSeconds(worker);
      isOver = await workOnce(worker, jobId);
      calls.push(await cpuSeconds(worker) - before);
    }
  }) / 1000;
  const rows = await expectWhole(sql, org);
  const spent = (await github.requestsOf(token)).length;
  const least = leastRequests(repository);
  const peak = await peakMegabytes(worker);
  const storing = await storeAlone(sql, repository);
  const busiest = Math.max(...calls.slice(1)); // the first call also compiles what it runs

  return [
    {
      name: "requests of a first sync ÷ the least possible",
      ratio: (spent / least).toFixed(3),
      detail:
        `${spent} requests, ${least} = 1 + ⌈n ÷ 100⌉ of each list; 50,000 commits, 5,000 pull requests`,
    },
    {
      name: "commits through a sync ÷ into the database alone",
      ratio: `${(size.commits / storing.seconds / (rows / seconds)).toFixed(2)} times slower`,
      detail:
        `${Math.round(rows / seconds)} rows a second (${rows} in ${
          seconds.toFixed(1)
        } s, ${calls.length} calls), ` +
        `${
          Math.round(size.commits / storing.seconds)
        } commits a second by store_delivery in the same pages`,
    },
    {
      name: "peak memory of a sync ÷ what a hosted function has",
      ratio: (peak / hosted.megabytes).toFixed(2),
      detail: `${
        Math.round(peak)
      } MB, the whole process with Deno in it, of ${hosted.megabytes} MB`,
    },
    {
      name: "CPU time of the busiest call ÷ what a hosted function has",
      ratio: (busiest / hosted.cpuSeconds).toFixed(2),
      detail: `${busiest.toFixed(2)} s for 50 pages, the first call ${calls[0]?.toFixed(2)} s`,
    },
  ];
}

/** Commits in a line, each tenth of them the squash of a pull request. */
function bigRepository(): GithubRepositoryModel {
  const commits: GithubCommit[] = [];
  const person = (index: number) => {
    const login = `dev${index % 40}`;
    return { login, name: login, email: `${login}@example.test` };
  };
  for (let index = 0; index < size.commits; index++) {
    commits.push({
      ...commit("", index / 10),
      sha: hex(index),
      parents: index === 0 ? [] : [hex(index - 1)],
      message: `Change number ${index}\n\n${"What it does and why. ".repeat(8)}`,
      author: person(index),
    });
  }
  const pulls = Array.from({ length: size.pulls }, (_, index) => {
    const at = index + 0.5;
    const own = (nth: number) => ({
      ...commit("", at - 0.2),
      sha: hex(1e6 + index * 2 + nth),
      author: person(index),
    });
    return pull(index + 1, at - 0.1, {
      state: "MERGED",
      title: `Pull request number ${index}`,
      body: "What it does and why. ".repeat(10),
      merge_commit: hex(index * 10 + 9),
      merged_at: hour(at),
      closed_at: hour(at),
      updated_at: hour(at),
      commits: [own(0), own(1)],
      reviews: [{
        id: index + 1,
        login: `dev${(index + 1) % 40}`,
        type: "User",
        state: "APPROVED",
        submitted_at: hour(at),
      }],
    });
  });
  return emptyRepository({
    id: 1,
    full_name: "octo/big",
    branches: { main: hex(size.commits - 1) },
    commits,
    pulls,
  });
}

function hex(index: number): string {
  return index.toString(16).padStart(40, "0");
}

/** One request for the repository, and one for each hundred of every list, or to learn that it is empty. */
function leastRequests(repository: GithubRepositoryModel): number {
  const { branches, commits, pulls, releases, deployments, issues } = repository;
  const lists = [Object.keys(branches), commits, pulls, releases, deployments, issues];
  return lists.reduce((sum, list) => sum + Math.max(Math.ceil(list.length / 100), 1), 1);
}

async function organization(sql: postgres.Sql, name: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into public.organizations (name) values (${name}) returning id`;
  if (!row) throw new Error("no organization was made");
  return row.id;
}

async function newJob(stack: Machine["stack"], org_id: string, repository: string) {
  const job = await call(stack, "/etl/jobs", { org_id, repository });
  return String(Reflect.get(Object(job), "id"));
}

/** Works the job for as long as one call may; answers whether it is over. */
async function workOnce(worker: Worker, jobId: string): Promise<boolean> {
  const answer = Object(await worker.tick(jobId));
  if (Reflect.get(answer, "continued") === 1) return false;
  if (Reflect.get(answer, "finished") === 1) return true;
  throw new Error(`the sync came to nothing: ${JSON.stringify(answer)}`);
}

/** Everything there, once; answers how many rows that is. */
async function expectWhole(sql: postgres.Sql, org: string): Promise<number> {
  const [row] = await sql<Record<string, number>[]>`
    select (select count(*)::int from private.commits where org_id = ${org}) as commits,
      (select count(*)::int from private.pull_requests where org_id = ${org}) as pulls,
      (select count(*)::int from private.pull_request_commits where org_id = ${org}) as branch_commits,
      (select count(*)::int from private.reviews where org_id = ${org}) as reviews,
      (select count(*)::int from private.etl_dead_letters where org_id = ${org}) as letters`;
  const { commits, pulls, branch_commits, reviews, letters } = row ?? {};
  const isWhole = commits === size.commits && pulls === size.pulls && letters === 0 &&
    branch_commits === 2 * size.pulls && reviews === size.pulls;
  if (!isWhole) throw new Error(`not everything is there: ${JSON.stringify(row)}`);
  return commits + pulls + branch_commits + reviews;
}

/** The same pages of commits, straight into the database. */
async function storeAlone(sql: postgres.Sql, { commits }: GithubRepositoryModel) {
  const org = await organization(sql, "A big repository, stored");
  const claims = JSON.stringify({ role: "service_role" });
  await sql`select set_config('request.jwt.claims', ${claims}, false)`;
  const items = commits.toReversed().map((
    { sha, parents, message, author, authored_at, committed_at },
  ) => ({
    repository: "octo/stored",
    repository_github_id: 2,
    sha,
    author: author.login,
    is_bot: false,
    authored_at,
    committed_at,
    headline: message.split("\n")[0] ?? "",
    parents,
    on_default_branch: true,
  }));
  const seconds = await timed(async () => {
    for (let from = 0; from < items.length; from += 100) {
      const page = items.slice(from, from + 100);
      await sql`select public.store_delivery(${org}, 'commit', ${sql.json(page)})`;
    }
  }) / 1000;
  return { seconds };
}

async function cpuSeconds({ pid }: Worker): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100; // clock ticks, of which Linux has 100 a second
}

async function peakMegabytes({ pid }: Worker): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
