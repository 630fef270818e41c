import assert from "node:assert/strict";
import { signSvix, verifySvix } from "../../supabase/functions/digest/svix.ts";

// The example of Svix's documentation and libraries: docs.svix.com/receiving/verifying-payloads/how
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const timestamp = "1614265330";
const body = '{"test": 2432232314}';
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const sentAt = Number(timestamp);

Deno.test("signSvix() makes the signature of Svix's documentation", () => {
  assert.strictEqual(signSvix(id, timestamp, body, secret), signature);
});

Deno.test("verifySvix() accepts it within five minutes either way", () => {
  const at = (now: number) => verifySvix({ id, timestamp, signature }, body, secret, now);
  assert.deepStrictEqual(
    [sentAt - 301, sentAt - 300, sentAt, sentAt + 300, sentAt + 301].map(at),
    ["stale", "valid", "valid", "valid", "stale"],
  );
});

Deno.test("verifySvix() accepts any genuine signature of a list", () => {
  const wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const verdict = (list: string) =>
    verifySvix({ id, timestamp, signature: list }, body, secret, sentAt);
  assert.strictEqual(verdict(`${wrong} ${signature}`), "valid");
  assert.strictEqual(verdict(`${signature} v1a,something`), "valid");
  assert.strictEqual(verdict(`${wrong} ${wrong}`), "invalid");
  assert.strictEqual(verdict(signature.replace("v1,", "v2,")), "invalid");
  assert.strictEqual(verdict(signature.replace("v1,", "")), "invalid");
});

Deno.test("verifySvix() refuses whatever was changed or is missing", () => {
  const genuine = { id, timestamp, signature };
  const changed: [string, typeof genuine | Record<string, undefined>, string, string][] = [
    ["body", genuine, `${body} `, secret],
    ["secret", genuine, body, "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["id", { ...genuine, id: "msg_other" }, body, secret],
    ["timestamp", { ...genuine, timestamp: "1614265331" }, body, secret],
    ["timestamp that is no number", { ...genuine, timestamp: "1614265330.0" }, body, secret],
    ["no headers", { id: undefined, timestamp: undefined, signature: undefined }, body, secret],
  ];
  for (const [what, headers, payload, key] of changed) {
    const { id, timestamp, signature } = headers;
    assert.strictEqual(
      verifySvix({ id, timestamp, signature }, payload, key, sentAt),
      "invalid",
      what,
    );
  }
});
