import assert from "node:assert/strict";
import { startModelServer } from "../helpers/agents/model_server.ts";
import { installPrograms, programs, runProgram } from "../helpers/agents/programs.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

interface Stored {
  developer: string;
  sessions: number;
  calls: number;
  input: number | null;
  cache_read: number | null;
  cache_write: number | null;
  output: number | null;
  cost: number | null;
  cost_source: string | null;
}

/** What is stored of an organization, sessions without a call counted too. */
async function storedOf(org: string): Promise<Stored> {
  const [row] = await sql<Stored & Record<string, unknown>>(
    `select max(developer_id) as developer, count(*)::int as sessions, sum(calls)::int as calls, sum(input_tokens)::int as input,
       sum(cache_read_tokens)::int as cache_read, sum(cache_write_tokens)::int as cache_write, sum(output_tokens)::int as output,
       sum(cost_usd)::float8 as cost, max(cost_source) as cost_source
     from private.ai_sessions where org_id = $1::uuid`,
    org,
  );
  assert.ok(row);
  return row;
}

Deno.test("what is stored of each program is what the model server answered it", async (t) => {
  await using models = startModelServer();
  const folder = await Deno.makeTempDir({ prefix: "agents-" });
  const lines: string[] = [];
  try {
    const bin = await installPrograms(folder);
    for (const program of programs) {
      await t.step(`${program.name} ${program.version}`, async () => {
        const { id: org } = await newOrganization();
        const { key } = await newKey(org, { scopes: ["ingest"] });
        const home = `${folder}/home-${program.package.replace(/\W/g, "-")}`;
        await Deno.mkdir(home);
        const endpoint = `${testEnv("TEST_URL")}/functions/v1/sessions/otlp`;
        const before = models.answers.get(program.model) ?? 0;
        await runProgram(program, { bin, home, models: models.url, endpoint, key });
        const calls = (models.answers.get(program.model) ?? 0) - before;
        const stored = await storedOf(org);
        const isAnthropic = program.model.startsWith("claude");
        lines.push(lineOf(program, calls, stored));
        assert.ok(calls > 0, "it asked no model");
        assert.deepStrictEqual(
          [stored.calls, stored.input, stored.cache_read, stored.cache_write, stored.output],
          [
            calls,
            calls * (isAnthropic ? 1000 : 2000),
            calls * 20_000,
            calls * (isAnthropic ? 1000 : 0),
            calls * 250,
          ],
        );
        assert.ok(stored.cost !== null && stored.cost > 0);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
    if (lines.length > 0) await Deno.writeTextFile("docs/agents.md", page(lines));
  }
});

function lineOf({ name, version }: (typeof programs)[number], calls: number, stored: Stored) {
  return [
    `${name} ${version}`,
    calls,
    stored.calls,
    stored.sessions,
    [stored.input, stored.cache_read, stored.cache_write, stored.output]
      .map((count) => count?.toLocaleString("en-US") ?? "unknown").join(" / "),
    stored.cost === null
      ? "unknown"
      : `$${Math.round(stored.cost * 1e6) / 1e6} (${stored.cost_source})`,
    stored.developer,
  ].join(" | ");
}

function page(lines: string[]): string {
  return `# Coding agents as they were last tried

Written by \`deno task test:agents\` on ${new Date().toISOString().slice(0, 10)}: each program is
installed, run with an empty home on one prompt, and pointed at a model server that answers every
call with a prompt of 22,000 tokens (20,000 of them from a cache; for Anthropic's models 1,000
written to it) and 250 of answer. Stored must be what the server answered.

| program | answered | calls | sessions | input / cache read / cache write / output | cost | developer |
| --- | --- | --- | --- | --- | --- | --- |
${lines.map((line) => `| ${line} |`).join("\n")}

[How to set them](sessions.md#from-opentelemetry).
`;
}
