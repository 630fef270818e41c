/** A good call of each SQL function that clients may call and that takes JSON: what is wrong is tried beside what is right. */

export type Arguments = Record<string, unknown>;

const at = "2026-11-16T09:30:00Z";

export function goodCalls(orgId: string): Record<string, Arguments[]> {
  const p_org_id = orgId;
  const named = { repository: "acme/shop", external_id: "1" };
  return {
    track_events: [{
      p_org_id,
      p_events: [{
        index: 0,
        key: "6f1d2b7e-0a51-4c80-8d53-3f1f2c9d0001",
        sent: at,
        at,
        name: "export_clicked",
        person: "u:ada",
        other: "a:phone",
        clamped: false,
        properties: { plan: "free" },
      }],
    }],
    identify_persons: [
      {
        p_org_id,
        p_changes: [{
          index: 0,
          person: "u:ada",
          other: "a:browser",
          traits: { plan: "pro" },
          age: 36,
          gender: "Female",
          group_id: "acme",
          group_traits: { seats: 5 },
          at,
        }],
      },
      { p_org_id, p_changes: [{ index: 0, person: "me", previous: "browser" }] },
    ],
    complete_registration: [{
      p_said: { username: "ada", age: 36, gender: "Female", invitation: "none" },
    }],
    count_event_drops: [{ p_org_id, p_drops: { name_missing: 2 } }],
    store_delivery: [
      {
        kind: "commit",
        item: {
          repository: "acme/shop",
          sha: "a".repeat(40),
          authored_at: at,
          committed_at: at,
          message: "x",
          author: "ada",
          files: [{ path: "a.ts", additions: 1, deletions: 0 }],
        },
      },
      {
        kind: "pull_request",
        item: {
          ...named,
          number: 1,
          title: "A",
          author: "ada",
          state: "merged",
          opened_at: at,
          created_at: at,
          merged_at: at,
          additions: 1,
          deletions: 1,
          changed_files: 1,
          commits: [{ sha: "a".repeat(40), authored_at: at }],
        },
      },
      {
        kind: "review",
        item: { ...named, pull_request: "1", author: "bob", state: "approved", submitted_at: at },
      },
      {
        kind: "deployment",
        item: {
          ...named,
          environment: "production",
          sha: "a".repeat(40),
          status: "success",
          created_at: at,
          started_at: at,
          finished_at: at,
        },
      },
      {
        kind: "incident",
        item: {
          ...named,
          title: "Down",
          severity: "high",
          created_at: at,
          started_at: at,
          resolved_at: at,
          deployment: "1",
        },
      },
      { kind: "release", item: { ...named, tag: "v1", name: "One", published_at: at } },
      { kind: "repository", item: { ...named, default_branch: "main", description: "A shop" } },
      { kind: "branches", item: { ...named, branches: ["main"], count: 1 } },
      { kind: "default_branch_head", item: { ...named, sha: "a".repeat(40), at } },
    ].map(({ kind, item }) => ({
      p_org_id,
      p_kind: kind,
      p_items: [item],
      p_count_duplicates: true,
    })),
    store_ai_records: [
      {
        p_org_id,
        p_records: [{
          session: {
            external_id: "s1",
            source: "tests",
            developer_id: "ada",
            repository: "acme/shop",
            branch: "main",
            accepted: true,
            accepted_lines: 10,
            commits: ["a".repeat(40)],
            pull_request: "1",
          },
          call: {
            external_id: "c1",
            at,
            provider: "anthropic",
            model: "claude",
            input_tokens: 10,
            output_tokens: 5,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            cost_usd: 0.1,
            latency_ms: 100,
            status: 200,
            error: "none",
          },
        }],
      },
      {
        p_org_id,
        p_records: [{
          session: { external_id: "s2", source: "tests" },
          edit: {
            external_id: "e1",
            at,
            tool: "edit",
            decision: "accept",
            lines_added: 3,
            lines_removed: 1,
            language: "sql",
            succeeded: true,
          },
        }, {
          session: { external_id: "s2", source: "tests" },
          counter: {
            external_id: "k1",
            at,
            name: "lines_of_code",
            attributes: { type: "added" },
            value: 3,
          },
        }],
      },
    ],
    keep_ai_dead_letters: [{
      p_org_id,
      p_letters: [{
        fingerprint: "0".repeat(64),
        source: "tests",
        reason: "of the tests",
        record: "{}",
      }],
    }],
    create_etl_job: [{
      p_org_id,
      p_job: {
        repository: "acme/shop",
        settings: { environments: ["production"] },
        interval_minutes: 60,
        retry_minutes: 10,
        active: true,
      },
    }],
    update_etl_job: [{
      p_id: null,
      p_changes: { interval_minutes: 60, retry_minutes: 10, active: true, settings: {} },
    }],
    update_my_profile: [{ p_changes: { username: "fuzzed", age: 36, gender: "Other" } }],
    data_retention: [{ p_org_id }],
    set_data_retention: [{ p_org_id, p_days: { events_days: 365, ai_days: null } }],
    update_organization: [{
      p_org_id,
      p_changes: {
        name: "Fuzzed",
        time_zone: "Europe/Berlin",
        digest_hour: 8,
        min_group_size: 1,
        individual_metrics: true,
        failure_window_hours: 24,
        public_reads: true,
      },
    }],
    create_api_key: [{
      p_org_id,
      p_key: {
        id: "0123456789ab",
        secret_hash: "0".repeat(64),
        name: "Fuzz",
        scopes: ["read"],
        publishable: false,
        source_name: "web",
        allowed_origins: ["https://example.test"],
        expires_at: "2099-01-01T00:00:00Z",
      },
    }],
    set_ai_price: [{
      p_org_id,
      p_price: {
        model: "claude",
        valid_from: "2026-01-01",
        input_usd: 3,
        output_usd: 15,
        cache_read_usd: 0.3,
        cache_write_usd: 3.75,
      },
    }],
    set_ai_developer: [{ p_org_id, p_developer_id: "ada@example.com", p_aliases: ["ada"] }],
    set_ai_budget: [{ p_org_id, p_budget: { developer_id: "ada", period: "week", limit_usd: 50 } }],
  };
}
