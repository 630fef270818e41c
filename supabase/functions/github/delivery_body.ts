import { bodyLimits, bytesOf } from "../_shared/intake/body.ts";
import { Problem } from "../_shared/http/problem.ts";
import { FormField } from "./form_field.ts";
import { LeanPush } from "./lean_push.ts";
import { SignedBody } from "./signature.ts";

/**
 * The JSON of a webhook's body without the files and long messages of a push, read as it comes, of the form that is GitHub's default too: the
 * largest bodies would take more memory than a function has if they were there as a whole beside what is made of them.
 * @throws Problem 400 `invalid_signature` unless GitHub signed these very bytes; 413 when there are more than it sends.
 */
export async function signedJson(request: Request, secret: string): Promise<string> {
  const { headers } = request;
  const signed = new SignedBody(secret);
  const payload = isForm(headers.get("content-type")) ? new FormField("payload") : undefined;
  const lean = new LeanPush();
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for await (const chunk of bytesOf(request, bodyLimits.webhook)) {
    signed.add(chunk);
    for (const kept of lean.keptOf(payload?.of(chunk) ?? chunk)) {
      pieces.push(decoder.decode(kept, { stream: true }));
    }
  }
  pieces.push(decoder.decode());
  if (!signed.isSignedAs(headers.get("x-hub-signature-256") ?? undefined)) {
    throw new Problem("invalid_signature", "The delivery is not signed with our secret");
  }
  return pieces.join("");
}

/** What GitHub sends unless a webhook is told otherwise: a form whose one field is the JSON. */
function isForm(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType ?? "");
}
