import { Buffer } from "node:buffer";
import { randomBytes, scrypt } from "node:crypto";
import { secretsEqual } from "../_shared/http/secrets.ts";

/** What a guess costs: 32 MiB and about a fifth of a second (OWASP: N = 2^15, r = 8, p = 3). */
const costs = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const keyLength = 32;

/** scrypt of a password with a salt of its own, as `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, costs);
  const { N, r, p } = costs;
  return ["scrypt", N, r, p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether a password is the one behind a hash, in time that does not depend on how much of it is right. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [kind, N, r, p, salt = "", key = ""] = hash.split("$");
  if (kind !== "scrypt") throw new Error("The hash of a password is not one of scrypt");
  const given = await derive(password, Buffer.from(salt, "base64url"), {
    ...costs,
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return secretsEqual(given.toString("base64url"), key);
}

function derive(password: string, salt: Uint8Array, options: typeof costs): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize("NFKC"),
      salt,
      keyLength,
      options,
      (error, key) => error ? reject(error) : resolve(key),
    );
  });
}
