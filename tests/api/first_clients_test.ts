import assert from "node:assert/strict";
import {
  type Case,
  type CaseRequest,
  common,
  differences,
  keep,
  type Kept,
} from "../helpers/contract/answers.ts";
import { authCases, digestCases } from "../helpers/contract/people.ts";
import { analyticsCases, metricCases, trackCases } from "../helpers/contract/product.ts";
import { deliveryCases, githubCases, sessionCases } from "../helpers/contract/work.ts";
import { api } from "../helpers/stack/api.ts";

/**
 * What the first clients of this API send and read was recorded before anything was renamed. Every field of those answers
 * is still there, with its type and, where it is always the same, its value. Other fields may stand beside them.
 *
 * A case that has no record yet gets one by `RECORD_CONTRACT=1 deno task test first_clients`: what two new organizations are
 * answered alike. A record is never written over; whoever means to break the contract deletes it first.
 */
const areas: Record<string, () => Promise<Case[]>> = {
  analytics: analyticsCases,
  track: trackCases,
  metrics: metricCases,
  delivery: deliveryCases,
  github: githubCases,
  sessions: sessionCases,
  digest: digestCases,
  auth: authCases,
};
const folder = new URL("../fixtures/contract/", import.meta.url);
const isRecording = Deno.env.get("RECORD_CONTRACT") === "1";

interface Recording {
  route: string;
  cases: Record<string, Kept>;
}

for (const [area, open] of Object.entries(areas)) {
  Deno.test(`the first clients of ${area} still find every field they read`, async (t) => {
    const cases = await open();
    if (isRecording) await record(cases, await open());
    const recordings = await recordingsOf(cases);
    for (const one of cases) {
      const kept = recordings.get(one.route)?.cases[one.name];
      await t.step(`${one.route}: ${one.name}`, async () => {
        assert.ok(kept, "is not recorded");
        // Recording has sent these requests already; sending them again answers otherwise.
        if (isRecording) return;
        assert.deepStrictEqual(differences(kept, await answerTo(one)), []);
      });
    }
    for (const { route, cases: recorded } of recordings.values()) {
      const asked = cases.filter((one) => one.route === route).map(({ name }) => name);
      assert.deepStrictEqual(Object.keys(recorded).sort(), asked.sort(), `the cases of ${route}`);
    }
  });
}

async function answerTo({ route, request, isRolling }: Case): Promise<Kept> {
  const { params = {}, ...asked }: CaseRequest = typeof request === "function"
    ? await request()
    : request;
  const path = (route.split(" ")[1] ?? "").slice("/v1".length)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  return keep(await api(path, asked), isRolling);
}

/** Writes down what both organizations are answered alike, in order: one case may need what another left. */
async function record(cases: Case[], again: Case[]): Promise<void> {
  const recordings = await recordingsOf(cases);
  for (const [index, one] of cases.entries()) {
    const other = again[index];
    assert.ok(other);
    const kept = common(await answerTo(one), await answerTo(other));
    const recording = recordings.get(one.route) ?? { route: one.route, cases: {} };
    recording.cases[one.name] ??= kept;
    recordings.set(one.route, recording);
  }
  await Deno.mkdir(folder, { recursive: true });
  for (const recording of recordings.values()) {
    await Deno.writeTextFile(fileOf(recording.route), serialize(recording));
  }
}

async function recordingsOf(cases: Case[]): Promise<Map<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const route of new Set(cases.map((one) => one.route))) {
    try {
      recordings.set(route, JSON.parse(await Deno.readTextFile(fileOf(route))));
    } catch (error) {
      if (!isRecording || !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return recordings;
}

function fileOf(route: string): URL {
  const name = route.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replace(/_$/, "");
  return new URL(`${name}.json`, folder);
}

/** A field on a line, so that a change is read at a glance. */
function serialize({ route, cases }: Recording): string {
  const fields = (kept: Kept) =>
    Object.entries(kept.fields)
      .map(([path, field]) => `\n        ${JSON.stringify(path)}: ${JSON.stringify(field)}`)
      .join(",");
  const written = Object.entries(cases).map(([name, kept]) => {
    const { status, media_type } = kept;
    const head = `"status": ${status}, "media_type": ${JSON.stringify(media_type)}`;
    const listed = Object.keys(kept.fields).length === 0 ? "{}" : `{${fields(kept)}\n      }`;
    return `\n    ${JSON.stringify(name)}: {\n      ${head},\n      "fields": ${listed}\n    }`;
  });
  return `{\n  "route": ${JSON.stringify(route)},\n  "cases": {${written.join(",")}\n  }\n}\n`;
}
