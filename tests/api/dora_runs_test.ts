import assert from "node:assert/strict";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

const org = (await newOrganization()).id;
const { id: repository } = await sqlRow<{ id: string }>(
  "insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/runs') returning id::text",
  org,
);

/** A step of the life of some deployments, and the runs there are after it: `first deployment, flags, how many`. */
const steps: [what: string, statement: string, runs: string[]][] = [
  [
    "two deployments of one pipeline and one of none",
    deploy("a run1 10 success", "b run1 11 success", "c - 12 success"),
    [
      "a s 2",
      "c s 1",
    ],
  ],
  [
    "what is pending or cancelled or failed without harm is none",
    deploy("d run2 - pending", "e - 13 cancelled", "f run1 9 failure"),
    [
      "a s 2",
      "c s 1",
    ],
  ],
  ["an earlier one of the same run comes late", deploy("g run1 8 success"), ["c s 1", "g s 3"]],
  ["another environment is another run", deploy("x run1 7 success staging"), [
    "c s 1",
    "g s 3",
    "x s 1",
  ]],
  ["an incident of any deployment fails its run", link("I1", "b"), ["c s 1", "g sf 3", "x s 1"]],
  [
    "a harmful failure counts, and leads where nothing succeeded",
    `${deploy("y run3 14 failure")}; ${link("I2", "y")}`,
    [
      "c s 1",
      "g sf 3",
      "x s 1",
      "y f 1",
    ],
  ],
  [
    "the incident moves to another deployment",
    "update private.incident_links l set deployment_id = d.id from private.deployments d where d.org_id = {org} and d.external_id = 'c' and l.incident_id = (select id from private.incidents where org_id = {org} and external_id = 'I1')",
    [
      "c sf 1",
      "g s 3",
      "x s 1",
      "y f 1",
    ],
  ],
  [
    "a pending one succeeds",
    "update private.deployments set status = 'success', finished_at = '2025-03-03T15:00Z' where org_id = {org} and external_id = 'd'",
    [
      "c sf 1",
      "d s 1",
      "g s 3",
      "x s 1",
      "y f 1",
    ],
  ],
  [
    "one turns out to belong to another run, and to answer an incident",
    "update private.deployments set pipeline_id = 'run2', incident_external_id = 'I1' where org_id = {org} and external_id = 'g'",
    [
      "a s 2",
      "c sf 1",
      "g su 2",
      "x s 1",
      "y f 1",
    ],
  ],
  [
    "an incident is gone, and with it what made a failure count",
    "delete from private.incidents where org_id = {org} and external_id = 'I2'",
    [
      "a s 2",
      "c sf 1",
      "g su 2",
      "x s 1",
    ],
  ],
  [
    "the first of a run is gone",
    "delete from private.deployments where org_id = {org} and external_id = 'a'",
    [
      "b s 1",
      "c sf 1",
      "g su 2",
      "x s 1",
    ],
  ],
  ["the repository is gone", "delete from private.repositories where org_id = {org}", []],
];

Deno.test("deployment_runs follows deployments and incidents, in whatever order they come", async (t) => {
  for (const [what, statement, expected] of steps) {
    await t.step(what, async () => {
      for (const one of statement.split("; ")) await sql(one.replaceAll("{org}", `'${org}'::uuid`));
      const rows = await sql<{ run: string }>(
        `select d.external_id || ' ' || case when r.succeeded then 's' else '' end || case when r.failed then 'f' else '' end
           || case when r.unplanned then 'u' else '' end || ' ' || r.deployments as run
         from private.deployment_runs r join private.deployments d on d.id = r.deployment_id
         where r.org_id = $1::uuid order by d.external_id`,
        org,
      );
      assert.deepStrictEqual(rows.map(({ run }) => run), expected);
    });
  }
});

/** Inserts deployments: `name, pipeline, hour of the day, status, environment`. */
function deploy(...deployments: string[]): string {
  const values = deployments.map((one) => {
    const [name, pipeline, hour, status, environment = "production"] = one.split(" ");
    const at = hour === "-" ? "null" : `'2025-03-03T${hour?.padStart(2, "0")}:00Z'`;
    return `({org}, ${repository}, '${name}', '${environment}', ${
      pipeline === "-" ? "null" : `'${pipeline}'`
    }, '${status}', '2025-03-03', ${at}, '2025-03-03')`;
  });
  return `insert into private.deployments
    (org_id, repository_id, external_id, environment, pipeline_id, status, created_at, finished_at, updated_at) values ${
    values.join(", ")
  }`;
}

/** Makes an incident and puts it down to a deployment. */
function link(incident: string, deployment: string): string {
  return `with i as (
      insert into private.incidents (org_id, repository_id, external_id, began_at, created_at, updated_at)
      values ({org}, ${repository}, '${incident}', '2025-03-04', '2025-03-04', '2025-03-04') returning id)
    insert into private.incident_links (incident_id, deployment_id, org_id, method)
    select i.id, d.id, d.org_id, 'explicit' from i, private.deployments d
    where d.org_id = {org} and d.external_id = '${deployment}'`;
}
