/** One line of text: names come from people and may hold line breaks, which a subject must not. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- removing control characters is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, " ").trim();
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
  link: string;
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
<p><a href="${escapeHtml(link)}">${escapeHtml(action)}</a></p>
<p>${escapeHtml(remark)}</p>
</body>
</html>
`,
    text: `${sentence}\n\n${action}: ${link}\n\n${remark}\n`,
  };
}
