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
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const browser = {
    label: "A page's script",
    code: `await fetch("${api}/track", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer ${key}" },
  body: JSON.stringify({ event: "signed_up", anonymous_id: crypto.randomUUID() }),
});`,
  };
  if (publishable) return [browser];
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
      label: "OpenTelemetry (OTLP)",
      code: `export OTEL_EXPORTER_OTLP_PROTOCOL=http/json
export OTEL_EXPORTER_OTLP_ENDPOINT='${api}/sessions/otlp'
export OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer ${key}'`,
    },
  ];
}
