import assert from "node:assert/strict";
import { keepFigures } from "../../bench/results.ts";
import { accessRows } from "../api/access_table.ts";
import { samples } from "../api/route_samples.ts";
import { type Cost, Meter, type MeteredRequest } from "../helpers/limits/meter.ts";
import { worstCases } from "../helpers/limits/worst_cases.ts";
import { credentialHeaders } from "../helpers/stack/api.ts";
import { newPerson, type Person } from "../helpers/tenancy/people.ts";

/** What a request should stay inside: a half and some of the milliseconds of CPU and MiB that hosted Supabase gives it. */
const goal = { cpu: 1000, memory: 150 };

interface Measured extends Cost {
  name: string;
}

Deno.test("no request takes much more than half of the CPU and memory that hosted Supabase gives one", async (t) => {
  await using meter = await Meter.start();
  const person = await newPerson();
  const measured: Measured[] = [];
  const measure = async (name: string, request: MeteredRequest) => {
    const cost = await meter.measure(request);
    assert.ok(cost.status < 400, `${name}: ${cost.status} ${cost.text.slice(0, 500)}`);
    measured.push({ name, ...cost });
  };

  for (const { route, expected } of accessRows()) {
    await t.step(route, async () => {
      // The first request of a function also compiles what it runs; the second is what one costs.
      for (let time = 0; time < 2; time++) {
        // What a person does to themselves, leaving say, takes another one each time.
        const asPerson = expected.service === 403;
        const who = asPerson ? await newPerson({ org: person.orgId }) : person;
        await measure(route, await sampleRequest(route, who, asPerson));
      }
      measured.splice(-2, 1);
    });
  }
  const ofSamples = measured.splice(0);
  for (const { name, request } of await worstCases()) {
    await t.step(name, () => measure(name, request));
  }

  const worstSample = worst(ofSamples);
  await keepFigures("limits", [
    figure(`each of ${ofSamples.length} routes with a small request, at worst`, worstSample),
    ...measured.map((one) => figure(one.name, { cpu: one, memory: one })),
  ]);
  const over = [...ofSamples, ...measured].filter(({ cpu, memory }) =>
    cpu > goal.cpu || memory > goal.memory
  );
  assert.deepStrictEqual(over.map(({ name, cpu, memory }) => ({ name, cpu, memory })), []);
});

async function sampleRequest(
  route: string,
  person: Person,
  asPerson: boolean,
): Promise<MeteredRequest> {
  const [method = "", path = ""] = route.split(" ");
  const { params = {}, query, headers, body } = await samples[route]?.valid(person) ?? {};
  const filled = path.slice(3).replaceAll(
    /\{(\w+)\}/g,
    (_, name) => encodeURIComponent(params[name] ?? ""),
  );
  return {
    method,
    path: filled,
    query,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...credentialHeaders(asPerson ? person : "service"),
      ...headers,
    },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  };
}

function worst(costs: Measured[]): { cpu: Measured; memory: Measured } {
  const most = (by: "cpu" | "memory") => costs.reduce((a, b) => b[by] > a[by] ? b : a);
  return { cpu: most("cpu"), memory: most("memory") };
}

function figure(name: string, { cpu, memory }: { cpu: Measured; memory: Measured }) {
  const of = (one: Measured) => one.name === name ? "" : ` (${one.name})`;
  return {
    name,
    ratio: `${(cpu.cpu / goal.cpu).toFixed(2)} of 1 s, ${
      (memory.memory / goal.memory).toFixed(2)
    } of ${goal.memory} MiB`,
    detail: `${cpu.cpu} ms of CPU${of(cpu)}, ${Math.round(memory.memory)} MiB${of(memory)}`,
  };
}
