import assert from "node:assert/strict";
import { sha } from "./delivery.ts";
import { api } from "../stack/api.ts";

export interface Metric {
  key: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  band: string | null;
  excluded: Record<string, number>;
}

export const hour = 3600;

export async function metrics(orgId: string, query: Record<string, string>) {
  const { body, text } = await api<{ metrics: Metric[] }>("/metrics/dora", {
    as: "service",
    query: { org_id: orgId, ...query },
  });
  assert.ok(body.metrics, text);
  return new Map(body.metrics.map((one) => [one.key, one]));
}

export async function drill(orgId: string, metric: string, query: Record<string, string>) {
  const { body, text } = await api<{ drill: { items: Record<string, unknown>[] } }>(
    `/metrics/dora/${metric}`,
    { as: "service", query: { org_id: orgId, drill: "true", ...query } },
  );
  assert.ok(body.drill, text);
  return body.drill.items;
}

export function commit(name: string, parent: string | null, at: string) {
  return {
    sha: sha(name),
    authored_at: at,
    committed_at: at,
    parents: parent === null ? [] : [sha(parent)],
    on_default_branch: true,
  };
}

export function deployed(external_id: string, commit: string, at: string, rest = {}) {
  return {
    external_id,
    sha: sha(commit),
    status: "success",
    created_at: at,
    finished_at: at,
    ...rest,
  };
}
