/**
 * One line of text that is what it looks like: names come from people and may hold line breaks, which a subject must not, and
 * marks that turn the direction of what follows or are not seen at all.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "")
    // deno-lint-ignore no-control-regex -- removing control characters is the point
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, " ").trim();
}

/** How many characters of a name stand in a mail to people who may not know it. */
const maxNameLength = 80;

/**
 * A name that somebody chose, for a mail to others: one line without addresses of pages, which a mail program would make links
 * of. What is but a domain keeps its words, as in "booking com".
 */
export function plainName(name: string, fallback: string): string {
  const plain = oneLine(name)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, "")
    .replace(/\bwww\.\S*/gi, "")
    .replace(/(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}[/:?#@]\S*/gu, "")
    .replace(/\S+@\S+/g, "")
    .replace(/(?<=[\p{L}\p{N}-])[.\u3002\uff0e](?=\p{L}{2,})/gu, " ")
    .replace(/\s+/g, " ").trim();
  const characters = [...plain];
  return plain === ""
    ? fallback
    : characters.length > maxNameLength
    ? `${characters.slice(0, maxNameLength).join("")}…`
    : plain;
}

/** Text as it may stand in HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A short mail of plain words: what happened, a link to act on, and what else there is to know. */
export interface ShortMail {
  subject: string;
  sentence: string;
  action: string;
  /** Null where there is no page to act on. */
  link: string | null;
  remark: string;
}

/** A {@link ShortMail} as HTML and as text. */
export function shortMail({ subject, sentence, action, link, remark }: ShortMail) {
  return {
    subject,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.5;">
<p>${escapeHtml(sentence)}</p>
${link === null ? "" : `<p><a href="${escapeHtml(link)}">${escapeHtml(action)}</a></p>`}
<p>${escapeHtml(remark)}</p>
</body>
</html>
`,
    text: [sentence, ...(link === null ? [] : [`${action}: ${link}`]), `${remark}\n`].join("\n\n"),
  };
}
