import assert from "node:assert/strict";
import { signUnsubscribe } from "../../supabase/functions/digest/unsubscribe_token.ts";
import type { CaseRequest } from "../helpers/contract/answers.ts";
import {
  allowed,
  ask,
  asking,
  type Provocation,
  type Refused,
} from "../helpers/contract/refusals.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { deliveryRequest } from "../helpers/github/webhooks.ts";
import { type Answer, testEnv } from "../helpers/stack/api.ts";
import { newToken, storeToken } from "../helpers/stack/connections.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import {
  newEmail,
  newPerson,
  password,
  seedPerson,
  signIn,
  startSession,
} from "../helpers/tenancy/people.ts";
import { newShare } from "../helpers/tenancy/shares.ts";
import { delivery, samples } from "./route_samples.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

/** How a route is brought to refuse where the ways of any route do not do, by route and code of the problem. */
export const particular: Record<string, Provocation> = {
  ...ofBodies(),
  ...ofAuth(),
  ...ofGithub(),
  ...ofDigest(),
  ...ofOrganizations(),
  "POST /v1/health/self-test not_ready": (one) => asking("away", one, one.cast["key:read"]),
  "POST /v1/health/self-test internal_error": (one) => asking("broken", one, one.cast["key:read"]),
  "POST /v1/etl/jobs conflict": twice,
  "POST /v1/teams conflict": twice,
  "PATCH /v1/teams/{id} conflict": async (one) => {
    const name = `Team ${crypto.randomUUID()}`;
    const body = { org_id: one.owner.orgId, name };
    await ask({ ...one, route: "POST /v1/teams" }, { body }, "service");
    return await ask(one, { ...one.request, body: { name } }, "service");
  },
  "POST /v1/etl/dead-letters/{id}/replay gone": async (one) => {
    const { id } = await sqlRow<{ id: string }>(
      `insert into private.etl_dead_letters (org_id, key, delivery_id, code, reason)
       values ($1::uuid, gen_random_uuid()::text, gen_random_uuid()::text, 'invalid', 'Tests') returning id`,
      one.owner.orgId,
    );
    return await ask(one, { params: { id } }, "service");
  },
  "POST /v1/metrics/ingest idempotency_conflict": async (one) => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    await ask(one, { ...one.request, headers }, "service");
    return await ask(one, { ...one.request, headers, body: { items: [] } }, "service");
  },
  "POST /v1/metrics/ingest request_in_progress": async (one) => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    await ask(one, { ...one.request, headers }, "service");
    await sql(
      "update public.idempotency_keys set response_status = null, response_body = null where key = $1",
      headers["idempotency-key"],
    );
    return await ask(one, { ...one.request, headers }, "service");
  },
};

/** The second of two requests that are the same. */
async function twice(one: Refused): Promise<Answer> {
  await ask(one, one.request, allowed(one));
  return await ask(one, one.request, allowed(one));
}

/** Ways in that read foreign formats ignore the names that they do not know, and some take almost any type. */
function ofBodies(): Record<string, Provocation> {
  const invalid: Provocation = async (one) => {
    const request = samples[one.route]?.invalid?.request;
    assert.ok(request);
    return await ask(one, request, allowed(one));
  };
  const torn: Provocation = (one) =>
    ask(one, {
      ...one.request,
      body: "no gzip",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
    }, allowed(one));
  const tracking = ["", "/batch", "/identify", "/alias", "/group", "/v1/{call}"]
    .map((path) => `POST /v1/track${path}`);
  return {
    ...Object.fromEntries(
      [...tracking, "POST /v1/sessions/ingest", "POST /v1/sessions/otlp/v1/{signal}"]
        .flatMap((route) => [
          [`${route} validation_failed`, invalid],
          [`${route} bad_request`, torn],
        ]),
    ),
    "POST /v1/github/webhook validation_failed": invalid,
    "POST /v1/github/webhook malformed_json": (one) => ask(one, deliveryRequest("ping", "{")),
    "POST /v1/github/webhook invalid_signature": (one) =>
      ask(one, deliveryRequest("ping", {}, { secret: "another secret than ours" })),
    "POST /v1/digest/events validation_failed": invalid,
    "POST /v1/digest/events malformed_json": (one) => ask(one, delivery("{")),
    "POST /v1/digest/events invalid_signature": (one) =>
      ask(one, { ...one.request, body: '{"type": "email.opened"}' }),
    "GET /v1/digest/unsubscribe validation_failed": invalid,
    "POST /v1/digest/unsubscribe validation_failed": invalid,
  };
}

function ofAuth(): Record<string, Provocation> {
  const wrongCode: Provocation = (one) => ask(one, withBody(one.request, { token: "000000" }));
  const takenName: Provocation = async (one) => {
    const username = `t-${crypto.randomUUID().slice(0, 20)}`;
    const { id } = await seedPerson();
    await sql("update public.users set username = $1 where id = $2::uuid", username, id);
    return await ask(one, withBody(one.request, { username }), allowed(one));
  };
  const asNobodyKnown: Provocation = async (one) => ask(one, one.request, await forgotten());
  return {
    "POST /v1/auth/token sign_in_failed": (one) =>
      ask(one, withBody(one.request, { password: "another password" })),
    "POST /v1/auth/token user_not_found": async (one) =>
      ask(one, { body: { email: (await forgotten()).email, password } }),
    "POST /v1/auth/refresh user_not_found": async (one) => {
      const { email } = await forgotten();
      const { refreshToken: refresh_token } = await startSession(email);
      return await ask(one, { body: { refresh_token } });
    },
    "POST /v1/auth/refresh invalid_token": (one) =>
      ask(one, { body: { refresh_token: "0123456789ab" } }),
    "POST /v1/auth/refresh internal_error": afresh("broken"),
    "POST /v1/auth/register username_taken": takenName,
    "POST /v1/auth/register forbidden": (one) => asking("closed", one, "nobody"),
    "POST /v1/auth/confirm username_taken": takenName,
    "POST /v1/auth/confirm invalid_token": wrongCode,
    "PATCH /v1/auth/me username_taken": takenName,
    "GET /v1/auth/me user_not_found": asNobodyKnown,
    "PATCH /v1/auth/me user_not_found": asNobodyKnown,
    "POST /v1/auth/reset-password invalid_token": wrongCode,
    "POST /v1/auth/reset-password internal_error": afresh("odd"),
    "POST /v1/auth/logout internal_error": (one) => asking("odd", one, one.owner),
    "POST /v1/auth/logout not_ready": (one) => asking("signed_out", one, allowed(one)),
  };
}

/** A request that nothing has used up yet, by whoever the route lets in. */
function afresh(mood: Refused["served"]["mood"]): Provocation {
  return async (one) => {
    const request = await samples[one.route]?.valid(one.owner);
    assert.ok(request);
    return await asking(mood, { ...one, request }, allowed(one));
  };
}

/** Somebody who can sign in and of whom nothing else is known any more. */
async function forgotten() {
  const person = await newPerson();
  await sql("delete from public.users where id = $1::uuid", person.id);
  return person;
}

function ofGithub(): Record<string, Provocation> {
  const withToken = (behaviour: string): Provocation => async (one) => {
    const person = await newPerson();
    await storeToken(person, newToken(behaviour));
    return await ask(one, { query: { email: person.email } }, "service");
  };
  const reads = ["GET /v1/github/user", "GET /v1/github/repos"].flatMap((route) => [
    [
      `${route} github_not_connected`,
      (one: Refused) => ask(one, { query: { email: one.owner.email } }, "service"),
    ],
    [`${route} github_token_unusable`, withToken("bad")],
    [`${route} upstream_error`, withToken("down")],
  ]);
  return {
    ...Object.fromEntries(reads),
    "PUT /v1/github/connection upstream_error": (one) =>
      ask(one, { ...one.request, body: { access_token: newToken("forbidden") } }, "service"),
  };
}

function ofDigest(): Record<string, Provocation> {
  const withToken = (secret: string, expiresAt: number): Provocation => (one) =>
    ask(one, {
      query: {
        token: signUnsubscribe(one.owner.id, expiresAt, secret),
        ...one.route.startsWith("GET") ? { confirm: "yes" } : {},
      },
    });
  const confirmed = (mood: Refused["served"]["mood"]): Provocation => (one) => {
    const query = { ...one.request.query, confirm: "yes" };
    return asking(mood, { ...one, request: { query } }, "nobody");
  };
  return {
    ...Object.fromEntries(
      ["GET", "POST"].map((method) => `${method} /v1/digest/unsubscribe`)
        .flatMap((route) => [
          [`${route} invalid_signature`, withToken("another secret than ours", 4_000_000_000)],
          [`${route} gone`, withToken(testEnv("TEST_SIGNING_SECRET"), 1_700_000_000)],
        ]),
    ),
    "GET /v1/digest/unsubscribe not_ready": confirmed("away"),
    "GET /v1/digest/unsubscribe internal_error": confirmed("broken"),
  };
}

function ofOrganizations(): Record<string, Provocation> {
  /** The only owner of an organization, who may not go. */
  const lastOwner: Provocation = async (one) => {
    const { id, email, orgId } = await newPerson();
    const as = { token: await signIn(email) };
    return await ask(one, { ...one.request, params: { id: orgId, user_id: id } }, as);
  };
  return {
    "PATCH /v1/orgs/{id}/members/{user_id} last_owner": lastOwner,
    "DELETE /v1/orgs/{id}/members/{user_id} last_owner": lastOwner,
    "POST /v1/orgs/{id}/leave last_owner": lastOwner,
    "POST /v1/orgs/{id}/invitations conflict": (one) =>
      ask(one, withBody(one.request, { email: one.owner.email }), "service"),
    "POST /v1/orgs/{id}/invitations upstream_error": async (one) => {
      const email = newEmail();
      await mail.fail(email, { status: 500 });
      return await ask(one, withBody(one.request, { email }), "service");
    },
    "POST /v1/orgs/invitations/accept not_found": (one) =>
      ask(one, { body: { token: "x".repeat(43) } }, one.owner),
    "POST /v1/orgs/{id}/keys/{key_id}/rotate conflict": twice,
    "POST /v1/orgs/shares/open not_found": (one) =>
      ask(one, withBody(one.request, { secret: "x".repeat(43) })),
    "POST /v1/orgs/shares/open password_required": (one) => opening(one, {}),
    "POST /v1/orgs/shares/open wrong_password": (one) =>
      opening(one, { password: "another horse" }),
  };
}

/** Opens a link that has a password. */
async function opening(one: Refused, fields: Record<string, unknown>): Promise<Answer> {
  const { id, secret } = await newShare(one.owner.orgId, { password: "correct horse" });
  return await ask(one, { body: { id, secret, ...fields } });
}

function withBody(request: CaseRequest, fields: Record<string, unknown>): CaseRequest {
  return { ...request, body: { ...request.body as object, ...fields } };
}
