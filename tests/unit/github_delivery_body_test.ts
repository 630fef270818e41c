import assert from "node:assert/strict";
import { signedJson } from "../../supabase/functions/github/delivery_body.ts";
import { FormField } from "../../supabase/functions/github/form_field.ts";
import { LeanPush, longestText } from "../../supabase/functions/github/lean_push.ts";
import { SignedBody } from "../../supabase/functions/github/signature.ts";
import { bodyLimits } from "../../supabase/functions/_shared/intake/body.ts";

const secret = "It's a Secret to Everybody";
const encode = (text: string) => new TextEncoder().encode(text);

function inPieces(text: string, size: number): Uint8Array<ArrayBuffer>[] {
  const bytes = encode(text);
  return Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, index) => bytes.slice(index * size, (index + 1) * size),
  );
}

function together(pieces: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return [...pieces].map((piece) => decoder.decode(piece, { stream: true })).join("") +
    decoder.decode();
}

/** What is kept of a JSON text; in pieces of any size it must be the same. */
function leanOf(json: string): string {
  const [whole, ...others] = [json.length * 4, 1, 2, 3, 7].map((size) => {
    const lean = new LeanPush();
    return together(inPieces(json, size).flatMap((piece) => [...lean.keptOf(piece)]));
  });
  for (const other of others) assert.strictEqual(other, whole);
  return whole ?? "";
}

Deno.test("LeanPush empties the lists of files of a push's commits, wherever a piece ends", () => {
  const table: [string, string][] = [
    [
      '{"commits":[{"added":["a.ts","b]\\"}.ts"],"removed" : [ "c" ] ,"modified":[],"id":"1"}]}',
      '{"commits":[{"added":[],"removed" : [] ,"modified":[],"id":"1"}]}',
    ],
    [
      '{"id":[1],"commits":[{"added":[["x"],{"y":[]}]},{"removed":["z"]}],"added":["kept"]}',
      '{"id":[1],"commits":[{"added":[]},{"removed":[]}],"added":["kept"]}',
    ],
  ];
  for (const [json, expected] of table) assert.strictEqual(leanOf(json), expected);
});

Deno.test("LeanPush keeps every byte of anything else", () => {
  const table = [
    '{"commits":{"added":["not a list of commits"]}}',
    '{"head_commit":{"added":["a.ts"]},"commits":[]}',
    '{"pull":{"commits":[{"added":["deeper"]}]}}',
    '{"commits":[{"author":{"added":["deeper"]},"adde":["a"],"addedd":["a"],"a\\ndded":["a"]}]}',
    '{"commits":[{"note":"added","list":["a"],"added":"text","more":["b"]}]}',
    '{"commits":[["added",["a"]]],"after":{"x":{"added":["a"]}}}',
    '{"commits": 3, "x": [{"added": ["a"]}]}',
    '[{"commits":[{"added":["a"]}]}]',
    '"commits"',
    "",
  ];
  for (const json of table) assert.strictEqual(leanOf(json), json);
});

Deno.test("LeanPush cuts the long texts of commits where a character ends", () => {
  const commitOf = (message: string) => `{"commits":[{"message":"${message}","id":"1"}]}`;
  const x = (count: number) => "x".repeat(count);
  const table: [string, string][] = [
    [x(longestText), x(longestText)],
    [x(longestText + 1), x(longestText)],
    [`Почему?${x(3000)}`, `Почему?${x(longestText - 13)}`],
    // One of two bytes, one of four and escapes at the end of what is kept.
    [`${x(longestText - 1)}жж`, `${x(longestText - 1)}ж`],
    [`${x(longestText - 1)}😀x`, `${x(longestText - 1)}😀`],
    [`${x(longestText - 1)}\\n\\"x`, `${x(longestText - 1)}\\n\\"`],
    [`${x(longestText - 1)}\\u00e9x"`.slice(0, -1), `${x(longestText - 1)}\\u00e9`],
  ];
  for (const [message, expected] of table) {
    assert.strictEqual(leanOf(commitOf(message)), commitOf(expected));
  }
  const title = `{"title":"${x(3000)}"}`;
  assert.strictEqual(leanOf(title), title);
});

Deno.test("FormField gives what URLSearchParams gives of the field, wherever a piece ends", () => {
  const table = [
    "payload=%7B%22zen%22%3A%22Speak+like+a+human.%22%7D",
    "a=1&payload=%D0%96x&payload=second",
    "other=payload&payloads=1&payload=",
    "payload=100%&b=2",
    "payload=%2%41%zz%4g+%%41&b=2",
    "payload&x=1&payload=yes",
    "payload=a=b%26c%3D&d",
    "nothing=here",
    "",
  ];
  for (const form of table) {
    for (const size of [100, 1, 2, 3]) {
      const field = new FormField("payload");
      const given = together(inPieces(form, size).map((piece) => field.of(piece)));
      assert.strictEqual(given, new URLSearchParams(form).get("payload") ?? "", form);
    }
  }
});

// From GitHub's "Validating webhook deliveries": the secret, the payload and its signature.
Deno.test("SignedBody signs as GitHub documents it, in any pieces", () => {
  const expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  for (const size of [13, 5]) {
    const signed = new SignedBody(secret);
    for (const piece of inPieces("Hello, World!", size)) signed.add(piece);
    assert.ok(signed.isSignedAs(expected));
  }
  assert.ok(!new SignedBody("another").add(encode("Hello, World!")).isSignedAs(expected));
  assert.ok(!new SignedBody(secret).isSignedAs(undefined));
});

Deno.test("signedJson() answers the JSON of a body and of a form, and refuses what is not signed or too much", async () => {
  const json = '{"commits":[{"id":"ж","added":["a"]}]}';
  const lean = '{"commits":[{"id":"ж","added":[]}]}';
  const request = (body: string, type: string, signature?: string) =>
    new Request("https://api.test/github/webhook", {
      method: "POST",
      headers: {
        "content-type": type,
        "x-hub-signature-256": signature ?? new SignedBody(secret).add(encode(body)).signature(),
      },
      body,
    });
  const form = String(new URLSearchParams({ payload: json }));
  assert.strictEqual(await signedJson(request(json, "application/json"), secret), lean);
  assert.strictEqual(
    await signedJson(request(form, "application/x-www-form-urlencoded; charset=utf-8"), secret),
    lean,
  );
  const other = new SignedBody(secret).add(encode("{}")).signature();
  await assert.rejects(
    signedJson(request(json, "application/json", other), secret),
    { code: "invalid_signature" },
  );
  const much = " ".repeat(bodyLimits.webhook + 1);
  await assert.rejects(
    signedJson(request(much, "application/json"), secret),
    { code: "payload_too_large" },
  );
});
