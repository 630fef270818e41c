import { Buffer } from "node:buffer";

/** The variables that nobody has to choose. */
const made: Record<string, () => string> = {
  API_SECRET_KEY: () => random(32).toString("hex"),
  DIGEST_CRON_SECRET: () => random(32).toString("hex"),
  SIGNING_SECRET: () => random(32).toString("hex"),
  API_KEY_SECRET: () => random(32).toString("hex"),
  TOKEN_ENCRYPTION_KEYS: () => `k1:${random(32).toString("base64")}`,
};

/**
 * The template with fresh secrets where it leaves them empty, and the given values in place of its own; comments stay. A value
 * that is not given and cannot be made up leaves its line commented out.
 * @throws Error when a given variable or a secret is not in the template
 */
export function filledIn(template: string, given: Record<string, string>): string {
  const missing = new Set([...Object.keys(made), ...Object.keys(given)]);
  const lines = template.split("\n").map((line) => {
    const [, name, value = ""] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) return line;
    missing.delete(name);
    const filled = given[name] ?? (value || made[name]?.());
    return filled === undefined || filled === "" ? `# ${line}` : `${name}=${filled}`;
  });
  if (missing.size > 0) throw new Error(`the template lacks ${[...missing].join(", ")}`);
  return lines.join("\n");
}

function random(bytes: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
}
