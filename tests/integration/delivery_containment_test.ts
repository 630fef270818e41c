import assert from "node:assert/strict";
import { deliveryState, type Item, sha, stored } from "../helpers/delivery/delivery.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { type Random, seeded } from "../helpers/inputs/random.ts";

/** A history made at random: a graph of commits, some of them never heard of, and deployments, some of them corrected. */
interface History {
  /** The parents of each commit, by number; undefined for one that is never heard of. */
  commits: (number[] | undefined)[];
  /** What is true of each deployment in the end. */
  deployments: Map<string, Deployment>;
  /** What is stored. */
  words: [kind: string, item: Item][];
}

interface Deployment {
  commit: number;
  environment: string;
  succeeded: boolean;
  minute: number;
}

Deno.test("containment in any graph is what walking it from every deployment finds, though all is stored at once", async () => {
  let found = 0;
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const random = seeded(seed);
    const history = makeUp(random);
    const { id } = await newOrganization();
    await Promise.all(
      shuffled(history.words, random).map(([kind, item]) => stored(id, kind, item)),
    );
    const { deployed } = await deliveryState(id);
    assert.deepStrictEqual(deployed, walked(history), `seed ${seed}`);
    found += deployed.length;
  }
  assert.ok(found > 30, `only ${found} commits were deployed at all`);
});

function makeUp(random: Random): History {
  const commits = Array.from({ length: 10 }, (_, number) => {
    const parents = number === 0 ? [] : [Math.max(0, number - 1 - random.below(3))];
    if (number > 0 && random.below(4) === 0) parents.push(random.below(number));
    return random.below(10) === 0 ? undefined : [...new Set(parents)];
  });
  const deployments = new Map<string, Deployment>();
  const words = commits.flatMap((parents, number): [string, Item][] =>
    parents === undefined ? [] : [["commit", {
      sha: shaOf(number),
      authored_at: timeOf(number),
      committed_at: timeOf(number),
      parents: parents.map(shaOf),
    }]]
  );
  for (let number = 0; number < 6; number++) {
    const external_id = `d${number}`;
    for (let version = 0; version <= random.below(2); version++) {
      // No two end in one minute, so that there is one first.
      const deployment = {
        commit: random.below(commits.length),
        environment: random.below(4) === 0 ? "staging" : "production",
        succeeded: random.below(4) > 0,
        minute: random.below(20) * 20 + number * 2 + version,
      };
      deployments.set(external_id, deployment);
      words.push(["deployment", {
        external_id,
        sha: shaOf(deployment.commit),
        environment: deployment.environment,
        status: deployment.succeeded ? "success" : "failure",
        created_at: timeOf(0),
        finished_at: timeOf(deployment.minute),
        updated_at: timeOf(500 + version),
      }]);
    }
  }
  return { commits, deployments, words };
}

/** The first deployment of each commit and environment, found without being clever. */
function walked({ commits, deployments }: History): string[] {
  const first = new Map<string, string>();
  const inTime = [...deployments].sort(([, a], [, b]) => a.minute - b.minute);
  for (const [id, { commit, environment, succeeded }] of inTime) {
    const waiting = succeeded ? [commit] : [];
    const seen = new Set<number>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const parents = commits[next];
      if (parents === undefined || seen.has(next)) continue;
      seen.add(next);
      waiting.push(...parents);
      const key = `${environment} ${nameOf(next)}`;
      if (!first.has(key)) first.set(key, id);
    }
  }
  return [...first].map(([key, id]) => `${key}: ${id}`).sort();
}

function shuffled<Value>(values: Value[], random: Random): Value[] {
  return values.map((value) => ({ value, place: random.next() }))
    .sort((a, b) => a.place - b.place).map(({ value }) => value);
}

function nameOf(commit: number): string {
  return (0xa0 + commit).toString(16);
}

function shaOf(commit: number): string {
  return sha(nameOf(commit));
}

function timeOf(minute: number): string {
  return new Date(Date.UTC(2026, 10, 2) + minute * 60_000).toISOString();
}
