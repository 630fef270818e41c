/**
 * What is wrong with an origin that a publishable key is to be used from, or null. Patterns are those of `ALLOW_ORIGINS`:
 * `https://shop.example.com`, `http://localhost:3000`, `https://*.example.com`; not `*`, which would be no limit.
 */
export function originError(pattern: string): string | null {
  const [, scheme, star = "", host = ""] = /^(https?):\/\/(\*\.)?([^*]+)$/.exec(pattern) ?? [];
  const origin = `${scheme}://${host}`;
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    return "is not an origin such as https://shop.example.com or https://*.example.com";
  }
  if (star !== "" && !host.includes(".")) return "allows a whole top-level domain";
  return null;
}
