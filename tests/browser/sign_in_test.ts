import { deepStrictEqual, equal, match } from "node:assert/strict";
import { openPage } from "../helpers/browser/chromium.ts";
import { assertAccessible, openAs, signIn, url } from "../helpers/browser/dashboard.ts";
import { newInvitation } from "../helpers/tenancy/invitations.ts";
import {
  codeOfLastMail,
  newEmail,
  newOrganization,
  newPerson,
  password,
} from "../helpers/tenancy/people.ts";

const newName = () => `p-${crypto.randomUUID().slice(0, 20)}`;

Deno.test("from an address by the mail's code to an account, and in", async (t) => {
  await using opened = await openPage(`${url}/`);
  const { page, errors } = opened;
  const [email, name] = [newEmail(), newName()];

  await t.step("the address", async () => {
    await page.getByRole("link", { name: "Make an account" }).click();
    await page.waitForSelector("input[name=email]");
    await assertAccessible(page);
    await page.fill("input[name=email]", email);
    await page.click("button[type=submit]");
    await page.waitForSelector("input[name=token]");
    await assertAccessible(page);
  });
  await t.step("a wrong code is said in words, and costs nothing", async () => {
    await page.fill("input[name=token]", "000000");
    await page.fill("input[name=username]", name);
    await page.fill("input[name=password]", "correct horse battery");
    await page.click("button[type=submit]");
    match(await page.locator("[role=alert]").innerText(), /code is wrong, used or too old/);
    match(errors.splice(0).join("\n"), /status of 401/);
  });
  await t.step("the code of the mail", async () => {
    await page.fill("input[name=token]", await codeOfLastMail(email));
    await page.click("button[type=submit]");
    await page.getByRole("link", { name: "Sign in" }).click();
  });
  await t.step("in, where nothing is yet", async () => {
    await signIn(opened, name, "correct horse battery");
    await page.waitForSelector(".empty .snippet");
    match(new URL(page.url()).pathname, /^\/o\/[0-9a-f-]{36}\/overview$/);
    await assertAccessible(page);
  });
  deepStrictEqual(errors, []);
});

Deno.test("a forgotten password is another one by the mail's code", async () => {
  const { email } = await newPerson();
  await using opened = await openPage(`${url}/forgot`);
  const { page, errors } = opened;
  await page.fill("input[name=email]", email);
  await assertAccessible(page);
  await page.click("button[type=submit]");
  await page.waitForSelector("input[name=token]");
  await assertAccessible(page);
  await page.fill("input[name=token]", await codeOfLastMail(email));
  await page.fill("input[name=password]", "another horse battery");
  await page.click("button[type=submit]");
  await page.getByRole("link", { name: "Sign in with it" }).click();
  await signIn(opened, email, password);
  match(await page.locator("[role=alert]").innerText(), /No such name and password/);
  match(errors.splice(0).join("\n"), /status of 401/);
  await signIn(opened, email, "another horse battery");
  await page.waitForSelector(".empty");
  deepStrictEqual(errors, []);
});

Deno.test("the link of an invitation leads somebody new to an account in the organization", async () => {
  const organization = await newOrganization({ name: "The inviting one" });
  const [email, name] = [newEmail(), newName()];
  const { token } = await newInvitation(organization.id, email, { role: "viewer" });
  await using opened = await openPage(`${url}/invitations?token=${token}`);
  const { page, errors } = opened;
  await page.waitForSelector("input[name=username]");
  await assertAccessible(page);
  await page.getByRole("link", { name: "make an account" }).click();
  await page.waitForSelector("input[name=email]");
  match(await page.locator("h1").innerText(), /Join/);
  await page.fill("input[name=email]", email);
  await page.click("button[type=submit]");
  await page.waitForSelector("input[name=token]");
  await page.fill("input[name=token]", await codeOfLastMail(email));
  await page.fill("input[name=username]", name);
  await page.fill("input[name=password]", "correct horse battery");
  await page.click("button[type=submit]");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(opened, name, "correct horse battery");
  await page.waitForSelector(".empty");
  match(await page.locator(".account").innerText(), /The inviting one/);
  deepStrictEqual(errors, []);
});

Deno.test("the link of an invitation lets somebody with an account join, once", async () => {
  const organization = await newOrganization({ name: "The other one" });
  const { email } = await newPerson();
  const { token } = await newInvitation(organization.id, email);
  await using opened = await openAs(email, `/invitations?token=${token}`, password);
  const { page, errors } = opened;
  await page.getByRole("button", { name: "Join" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(`**/o/${organization.id}/overview`);
  await page.waitForSelector(".empty");
  equal(await page.locator("select[aria-label=Organization]").inputValue(), organization.id);
  await page.goto(`${url}/invitations?token=${token}`);
  await page.getByRole("button", { name: "Join" }).click();
  match(await page.locator("[role=alert]").innerText(), /another address, was used or revoked/);
  match(errors.splice(0).join("\n"), /status of 404/);
});
