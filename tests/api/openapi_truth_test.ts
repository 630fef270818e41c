import assert from "node:assert/strict";
import { untruths } from "../helpers/contract/document.ts";
import type { Case } from "../helpers/contract/answers.ts";
import { authCases, digestCases } from "../helpers/contract/people.ts";
import { analyticsCases, metricCases, trackCases } from "../helpers/contract/product.ts";
import { deliveryCases, githubCases, sessionCases } from "../helpers/contract/work.ts";
import { type Answer, api, type Credential } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { accessRows } from "./access_table.ts";
import { type RouteRequest, samples } from "./route_samples.ts";

// Live answers of every route, held against what the OpenAPI document says of them: status, media type, headers, body.

Deno.test("every route answers as documented: what is asked for, what fails validation, nobody", async (t) => {
  const owner = await newPerson();
  const stranger = await newPerson();
  for (const { route, expected } of accessRows()) {
    await t.step(route, async () => {
      const sample = samples[route];
      assert.ok(sample);
      const may: Credential = expected.service < 300
        ? "service"
        : expected.cron < 300
        ? "cron"
        : owner;
      const asked: [string, RouteRequest, Credential][] = [
        ["valid", await sample.valid(owner), expected.nobody < 300 ? "nobody" : may],
      ];
      if (sample.invalid) asked.push(["invalid", sample.invalid.request, may]);
      if (expected.nobody >= 300) {
        asked.push(["nobody's", await sample.valid(owner), "nobody"]);
        asked.push(["a stranger's", await sample.valid(owner), stranger]);
        asked.push(["an unknown key's", await sample.valid(owner), { token: "ll_unknown" }]);
      }
      for (const [what, request, as] of asked) {
        assert.deepStrictEqual(untruths(route, await send(route, request, as)), [], what);
      }
    });
  }
});

const areas: (() => Promise<Case[]>)[] = [
  analyticsCases,
  trackCases,
  metricCases,
  deliveryCases,
  githubCases,
  sessionCases,
  digestCases,
  authCases,
];

Deno.test("what the first clients ask is answered as documented", async (t) => {
  for (const open of areas) {
    for (const { name, route, request } of await open()) {
      await t.step(`${route}: ${name}`, async () => {
        const { as, ...rest } = typeof request === "function" ? await request() : request;
        assert.deepStrictEqual(untruths(route, await send(route, rest, as ?? "nobody")), []);
      });
    }
  }
});

function send(
  route: string,
  { params = {}, ...request }: RouteRequest,
  as: Credential,
): Promise<Answer> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.slice("/v1".length).replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(params[name] ?? crypto.randomUUID()),
  );
  return api(path, { ...request, method, as });
}
