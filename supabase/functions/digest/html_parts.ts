import { escapeHtml, oneLine } from "./format.ts";

export const font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
export const ink = "#16202b";
export const muted = "#5b6875";
export const tones = { good: "#0f7b4d", bad: "#b3261e", neutral: muted };
export const layout = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

type Tone = keyof typeof tones;

/** A number with its name and how it changed. */
export interface Figure {
  label: string;
  value: string;
  change: string;
  tone: Tone;
}

/** Figures, two beside each other. */
export function figureGrid(figures: Figure[]): string {
  const cells = figures.map((figure) =>
    `<td width="50%" valign="top" style="width:50%;padding:8px 8px 8px 0;">
<p class="muted" style="${style(13, muted)}">${text(figure.label)}</p>
<p class="ink" style="${style(28, ink)}font-weight:700;">${figure.value}</p>
${changeLine(figure)}</td>`
  );
  const rows = [];
  for (let index = 0; index < cells.length; index += 2) {
    rows.push(`<tr>${cells.slice(index, index + 2).join("")}</tr>`);
  }
  return `<table ${layout} width="100%" style="table-layout:fixed;">${rows.join("")}</table>`;
}

/** Sentences with a dot in the colour of their tone. */
export function dottedList(items: { tone: Tone; text: string }[]): string {
  const rows = items.map((item) =>
    `<tr><td width="18" valign="top" class="${toneClass(item.tone)}" style="${
      style(15, tones[item.tone])
    }padding:4px 0;">●</td>
<td class="ink" style="${style(15, ink)}padding:4px 0;">${text(item.text)}</td></tr>`
  );
  return `<table ${layout} width="100%">${rows.join("")}</table>`;
}

/** A heading and what is under it. */
export function section(title: string, content: string): string {
  return `<h2 class="ink" style="${style(16, ink)}font-weight:700;padding-bottom:8px;">${
    text(title)
  }</h2>${content}`;
}

/** The class of a tone, by which dark mode finds it. */
export function toneClass(tone: keyof typeof tones): string {
  return tone === "neutral" ? "muted" : tone;
}

/** The inline style of text of a size and colour. */
export function style(size: number, colour: string): string {
  return `margin:0;font-family:${font};font-size:${size}px;line-height:1.4;color:${colour};overflow-wrap:anywhere;`;
}

/** Text of any origin as HTML, on one line. */
export function text(value: string): string {
  return escapeHtml(oneLine(value));
}

function changeLine({ change, tone }: Figure): string {
  const arrow = /^[+]/.test(change) ? "▲ " : /^−/.test(change) ? "▼ " : "";
  return `<p class="${toneClass(tone)}" style="${style(13, tones[tone])}">${arrow}${
    text(change)
  }</p>`;
}
