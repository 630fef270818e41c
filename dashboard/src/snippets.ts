import { baseUrl, place } from "./api.ts";

/** A way to send numbers, with the real address and key in it. */
export interface Snippet {
  label: string;
  code: string;
}

/** Ways to send what a key may send. */
export function snippetsOf(key: string, publishable: boolean): Snippet[] {
  const api = `${baseUrl}/v1`;
  const email = place.read()?.user.email ?? "ada@example.com";
  const { origin, host, pathname } = new URL(api);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const browser = {
    label: "A page's script",
    code: `await fetch("${api}/track", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer ${key}" },
  body: JSON.stringify({ event: "signed_up", anonymous_id: crypto.randomUUID() }),
});`,
  };
  const segmentBrowser = {
    label: "Segment's analytics.js",
    code: `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({
  writeKey: "${key}",
  cdnSettings: {
    integrations: {
      "Segment.io": { apiKey: "${key}", apiHost: "${host}${pathname}/track/v1" },
    },
  },
});
analytics.track("signed_up");`,
  };
  if (publishable) return [browser, segmentBrowser];
  return [
    {
      label: "An event",
      code: `curl '${api}/track' \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
  -d '{"event": "signed_up", "user_id": "ada"}'`,
    },
    {
      label: "A number of a day",
      code: `curl '${api}/metrics/ingest' \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
  -d '{"email": "${email}", "source_name": "ga4", "metric_date": "${yesterday}", "data": {"sessions": 210}}'`,
    },
    {
      label: "A deployment, from GitHub Actions",
      code: `- if: always()
  run: |
    curl -fsS '${api}/metrics/dora/deployments' \\
      -H 'Authorization: Bearer \${{ secrets.LIVINGLYTICS_KEY }}' -H 'Content-Type: application/json' \\
      -d '{"repository": "\${{ github.repository }}", "external_id": "\${{ github.run_id }}-\${{ github.run_attempt }}",
           "sha": "\${{ github.sha }}", "status": "\${{ job.status }}", "created_at": "\${{ github.event.head_commit.timestamp }}"}'`,
    },
    {
      label: "Segment, from a server",
      code: `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${origin}", path: "${pathname}/track/v1/batch" });
analytics.track({ userId: "ada", event: "signed_up" });`,
    },
    {
      label: "LiteLLM",
      code: `# config.yaml of the proxy
litellm_settings:
  callbacks: ["generic_api"]

# its environment
GENERIC_LOGGER_ENDPOINT=${api}/sessions/ingest
GENERIC_LOGGER_HEADERS="Authorization=Bearer ${key}"`,
    },
    {
      label: "OpenTelemetry (OTLP)",
      code: `export OTEL_EXPORTER_OTLP_PROTOCOL=http/json
export OTEL_EXPORTER_OTLP_ENDPOINT='${api}/sessions/otlp'
export OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer ${key}'`,
    },
  ];
}
