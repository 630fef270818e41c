import assert from "node:assert/strict";
import { type Answer, api } from "../stack/api.ts";
import { week } from "../../fixtures/github_history.ts";

/** The answers, as far as tests look at them. */
export interface Quality {
  merged: number;
  reviewed: number;
  metrics: Record<string, unknown>[];
  sizes: { class: string; n: number; pct: number | null }[];
}
export interface Contributors {
  by: string;
  totals: Record<string, number>;
  activity: Record<string, number>[] | null;
  hidden_groups: number;
  total_count: number;
  has_more: boolean;
  contributors: {
    name: string;
    persons: number;
    commits: number;
    pull_requests: number;
    reviews: number;
    activity: Record<string, number>[];
  }[];
  review_network: {
    total_edges: number;
    nodes: Record<string, unknown>[];
    edges: { reviewer: string; author: string; reviews: number; pull_requests: number }[];
  };
  bus_factor: Record<string, unknown>;
}
export interface Repositories {
  total_count: number;
  has_more: boolean;
  repositories: {
    repository: string;
    commits: Record<string, unknown>;
    strategy: Record<string, unknown>;
    releases: Record<string, unknown>;
    stale_branches: Record<string, unknown>;
  }[];
}

/** Reads `/analytics/github/PATH` of an organization for the week of the history, as the service. */
export async function readGithub<Body>(
  orgId: string,
  path: string,
  query: Record<string, string | number> = {},
): Promise<Answer<Body>> {
  const answer = await api<Body>(`/analytics/github/${path}`, {
    as: "service",
    query: { org_id: orgId, ...week, ...query },
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer;
}
