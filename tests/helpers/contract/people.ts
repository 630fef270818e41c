import { personWithNumbers } from "../digest/digests.ts";
import {
  newEmail,
  newPerson,
  password,
  recoveryCode,
  signIn,
  startSession,
} from "../tenancy/people.ts";
import type { Case } from "./answers.ts";
import { soleOwner } from "./product.ts";

/** What the digest answers of a person with numbers in the week of 2026-11-09. */
export async function digestCases(): Promise<Case[]> {
  const { email } = await personWithNumbers();
  const read = (name: string, path: string, query = {}): Case => ({
    name,
    route: `GET /v1/digest/${path}`,
    request: { as: "service", query: { email, ...query } },
  });
  const weekly = (name: string, request: object): Case => ({
    name,
    route: "POST /v1/digest/weekly",
    request: { method: "POST", as: "service", ...request },
  });
  return [
    read("a week", "preview", { week: "2026-11-11" }),
    weekly("one person's", { body: { scope: "email", email, week: "2026-11-09" } }),
    weekly("one person's again", { body: { scope: "email", email, week: "2026-11-09" } }),
    { ...weekly("one person's by query", { query: { email } }), isRolling: true },
    weekly("nobody's", { body: {} }),
    read("never changed", "preferences"),
    {
      name: "off",
      route: "PUT /v1/digest/preferences",
      request: { method: "PUT", as: "service", query: { email }, body: { enabled: false } },
      isRolling: true,
    },
  ];
}

/** What signing up, in and out answers. */
export async function authCases(): Promise<Case[]> {
  const [person, leaving, forgetful] = await Promise.all([
    soleOwner(),
    newPerson(),
    newPerson(),
  ]);
  const { email } = person;
  const post = (name: string, path: string, body: unknown, headers = {}): Case => ({
    name,
    route: `POST /v1/auth/${path}`,
    request: { method: "POST", body, headers },
    isRolling: true,
  });
  const form = new URLSearchParams({ grant_type: "password", username: email, password });
  const username = `u-${crypto.randomUUID().slice(0, 12)}`;
  return [
    post("by address", "token", { email, password }),
    post("by username", "token", { username: email, password }),
    post("by form", "token", form.toString(), {
      "content-type": "application/x-www-form-urlencoded",
    }),
    post("with a wrong password", "token", { email, password: "wrong" }),
    post("once", "refresh", { refresh_token: (await startSession(email)).refreshToken }),
    post("a new person", "register", {
      email: newEmail(),
      password,
      username,
      age: 36,
      gender: "Female",
    }),
    post("an address", "forgot-password", { email: newEmail() }),
    {
      name: "by the code of the mail",
      route: "POST /v1/auth/reset-password",
      request: async () => ({
        method: "POST",
        body: { email: forgetful.email, token: await recoveryCode(forgetful.email), password },
      }),
    },
    {
      name: "of this session",
      route: "POST /v1/auth/logout",
      request: { method: "POST", as: { token: await signIn(leaving.email) } },
    },
    { name: "oneself", route: "GET /v1/auth/me", request: { as: person }, isRolling: true },
    {
      name: "age and gender",
      route: "PATCH /v1/auth/me",
      request: { method: "PATCH", as: person, body: { age: 36, gender: "Other" } },
      isRolling: true,
    },
    { name: "nobody", route: "GET /v1/auth/me", request: {} },
  ];
}
