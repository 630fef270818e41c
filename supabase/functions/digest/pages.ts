import { escapeHtml } from "./format.ts";

const common = {
  "cache-control": "no-store",
  // The address holds a token, which must not travel to wherever a link leads.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

/** Headers of a page of ours: it loads nothing and runs nothing. */
export const htmlHeaders = {
  ...common,
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

export const textHeaders = { ...common, "content-type": "text/plain; charset=utf-8" };

/**
 * Whether a page can be shown: the client reads HTML, and hosted Supabase, which serves HTML as plain text on its own domain,
 * is neither where the request came in nor where our links lead.
 */
export function showsHtml(request: Request, functionsUrl: string): boolean {
  const hosts = [
    request.headers.get("x-forwarded-host") ?? "",
    new URL(request.url).hostname,
    new URL(functionsUrl).hostname,
  ];
  if (hosts.some((host) => /\.supabase\.co(:\d+)?$/i.test(host))) return false;
  return /text\/html/i.test(request.headers.get("accept") ?? "");
}

/** A small page with a heading, a sentence and, if named, a button that posts back to the same address. */
export function page(title: string, sentence: string, button?: string): string {
  const form = button === undefined ? "" : `
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">${escapeHtml(button)}</button>
</form>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
body { font-family: system-ui, sans-serif; max-width: 32rem; margin: 15vh auto 0; padding: 0 1rem; line-height: 1.5; }
button { font: inherit; font-weight: 600; padding: .75rem 1.25rem; border: 0; border-radius: .5rem; background: #1f6feb; color: #fff; cursor: pointer; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sentence)}</p>${form}
</body>
</html>
`;
}
