import { newInvitation } from "../helpers/tenancy/invitations.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newEmail, newOrganization, seedPerson } from "../helpers/tenancy/people.ts";
import type { Sample, Subject } from "./route_samples.ts";

const badPage = (id: string) => ({
  request: { params: { id }, query: { page: 0, page_size: 101 } },
  paths: ["page", "page_size"],
});
const someId = "00000000-0000-4000-8000-0000000000a1";
const notAnId = { request: { params: { id: "mine" } }, paths: ["id"] };

/** The samples of the function `orgs`. What a request uses up, it is given anew. */
export const orgsSamples: Record<string, Sample> = {
  "POST /v1/orgs": {
    valid: () => ({ body: { name: "Another", time_zone: "Europe/Berlin" } }),
    invalid: { request: { body: { name: " ", owner: "me" } }, paths: ["name", "owner"] },
  },
  "GET /v1/orgs": {
    valid: () => ({}),
    invalid: { request: { query: { page_size: "101" } }, paths: ["page_size"] },
  },
  "GET /v1/orgs/{id}": { valid: ({ orgId: id }) => ({ params: { id } }), invalid: notAnId },
  "PATCH /v1/orgs/{id}": {
    valid: ({ orgId: id }) => ({ params: { id }, body: { digest_hour: 7 } }),
    invalid: {
      request: { params: { id: someId }, body: { digest_hour: 24, min_group_size: 0 } },
      paths: ["digest_hour", "min_group_size"],
    },
  },
  "GET /v1/orgs/{id}/retention": {
    valid: ({ orgId: id }) => ({ params: { id } }),
    invalid: notAnId,
  },
  "PUT /v1/orgs/{id}/retention": {
    valid: ({ orgId: id }) => ({ params: { id }, body: { ai_days: 400, events_days: null } }),
    invalid: {
      request: { params: { id: someId }, body: { ai_days: 29, audit_days: 1.5 } },
      paths: ["ai_days", "audit_days"],
    },
  },
  "GET /v1/orgs/{id}/members": {
    valid: ({ orgId: id }) => ({ params: { id } }),
    invalid: badPage(someId),
  },
  "PATCH /v1/orgs/{id}/members/{user_id}": {
    valid: async ({ orgId: id }) => ({
      params: { id, user_id: await newMember(id) },
      body: { role: "member" },
    }),
    invalid: {
      request: { params: { id: someId, user_id: someId }, body: { role: "king" } },
      paths: ["role"],
    },
  },
  "DELETE /v1/orgs/{id}/members/{user_id}": {
    valid: async ({ orgId: id }) => ({ params: { id, user_id: await newMember(id) } }),
    invalid: { request: { params: { id: someId, user_id: "1" } }, paths: ["user_id"] },
  },
  "POST /v1/orgs/{id}/transfer": {
    valid: async ({ orgId: id }) => ({
      params: { id },
      body: { user_id: await newMember(id) },
    }),
    invalid: { request: { params: { id: someId }, body: { user_id: "1" } }, paths: ["user_id"] },
  },
  "POST /v1/orgs/{id}/leave": {
    valid: ({ orgId: id }) => ({ params: { id } }),
    invalid: notAnId,
  },
  "POST /v1/orgs/{id}/invitations": {
    valid: ({ orgId: id }) => ({ params: { id }, body: { email: newEmail(), role: "viewer" } }),
    invalid: {
      request: { params: { id: someId }, body: { email: "ada", role: "king" } },
      paths: ["email", "role"],
    },
  },
  "GET /v1/orgs/{id}/invitations": {
    valid: ({ orgId: id }) => ({ params: { id } }),
    invalid: badPage(someId),
  },
  "DELETE /v1/orgs/{id}/invitations/{invitation_id}": {
    valid: async ({ orgId: id }) => ({
      params: { id, invitation_id: (await newInvitation(id, newEmail())).id },
    }),
    invalid: { request: { params: { id: someId, invitation_id: "1" } }, paths: ["invitation_id"] },
  },
  "POST /v1/orgs/invitations/accept": {
    valid: async ({ email }) => ({
      body: { token: (await newInvitation((await newOrganization()).id, email)).token },
    }),
    invalid: { request: { body: { token: "short" } }, paths: ["token"] },
  },
  "POST /v1/orgs/{id}/keys": {
    valid: ({ orgId: id }) => ({ params: { id }, body: { name: "Import", scopes: ["ingest"] } }),
    invalid: {
      request: {
        params: { id: someId },
        body: { name: "", scopes: ["all"], allowed_origins: ["example.com"] },
      },
      paths: ["name", "scopes.0", "allowed_origins.0"],
    },
  },
  "GET /v1/orgs/{id}/keys": {
    valid: ({ orgId: id }) => ({ params: { id } }),
    invalid: badPage(someId),
  },
  "POST /v1/orgs/{id}/keys/{key_id}/rotate": {
    valid: async (owner) => ({ params: await keyOf(owner), body: { overlap_hours: 1 } }),
    invalid: {
      request: { params: { id: someId, key_id: "0123456789Ab" }, body: { overlap_hours: 169 } },
      paths: ["overlap_hours"],
    },
  },
  "DELETE /v1/orgs/{id}/keys/{key_id}": {
    valid: async (owner) => ({ params: await keyOf(owner) }),
    invalid: { request: { params: { id: someId, key_id: "ll_1" } }, paths: ["key_id"] },
  },
  "GET /v1/orgs/{id}/audit": {
    valid: ({ orgId: id }) => ({ params: { id }, query: { object_type: "membership" } }),
    invalid: {
      request: { params: { id: someId }, query: { start: "yesterday", page: 0 } },
      paths: ["page", "start"],
    },
  },
};

async function newMember(orgId: string): Promise<string> {
  return (await seedPerson({ org: orgId, role: "viewer" })).id;
}

async function keyOf({ orgId: id }: Subject): Promise<{ id: string; key_id: string }> {
  return { id, key_id: (await newKey(id, { scopes: ["read"] })).id };
}
