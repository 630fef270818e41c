import { escapeHtml, formatDay, formatNumber, formatPeriod } from "./format.ts";
import { toneOf } from "./findings.ts";
import {
  dottedList,
  type Figure,
  figureGrid,
  font,
  ink,
  layout,
  muted,
  section,
  style,
  text,
} from "./html_parts.ts";
import { aiHtml } from "./render_ai.ts";
import { deliveryHtml } from "./render_delivery.ts";
import { bestDayNumbers, changeText, keyTotal, subjectOf } from "./render_text.ts";
import type { Day, Links, Report, Total } from "./types.ts";

/**
 * The text/html part: tables and inline styles, because that is what mail clients agree on; no images, scripts or
 * anything remote. The style element only adds colours for dark mode where a client knows it.
 */
export function renderHtml(report: Report, links: Links): string {
  const period = formatPeriod(report.period.start, report.period.end);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${text(subjectOf(report))}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #10161d !important; }
  .card { background: #1a232d !important; border-color: #2d3945 !important; }
  .ink { color: #eef2f6 !important; }
  .muted { color: #a3b0bd !important; }
  .rule { border-color: #2d3945 !important; }
  .good { color: #5fd39b !important; }
  .bad { color: #ff9a91 !important; }
  .bar { background: #58708a !important; }
  .best { background: #5fa8ff !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f1f4f7;-webkit-text-size-adjust:100%;">
<div style="display:none;max-height:0;overflow:hidden;opacity:0;">${text(preheader(report))}</div>
<table ${layout} width="100%" class="page" style="background:#f1f4f7;"><tr><td align="center" style="padding:16px 8px;">
<table ${layout} width="100%" class="card" style="max-width:600px;background:#ffffff;border:1px solid #dde3e9;border-radius:12px;">
${row(heading(report, period), "24px 16px 8px")}
${row(figureGrid(report.totals.map(figureOf)), "0 16px 4px")}
${row(section("What stands out", dottedList(report.findings)), "12px 16px")}
${report.delivery === null ? "" : row(deliveryHtml(report.delivery), "12px 16px")}
${report.ai === null ? "" : row(aiHtml(report.ai), "12px 16px")}
${row(section(chartTitle(report), chart(report)), "12px 16px")}
${row(section("Day by day", dayTable(report)), "12px 16px")}
${links.dashboard === null ? "" : row(button(links.dashboard), "12px 16px 24px")}
</table>
${footer(report, links)}
</td></tr></table>
</body>
</html>
`;
}

function heading(report: Report, period: string): string {
  return `<p class="muted" style="${style(13, muted)}">Living Lytics weekly digest</p>
<h1 class="ink" style="${style(24, ink)}font-weight:700;padding-top:4px;">${
    text(report.organization)
  }</h1>
<p class="muted" style="${style(14, muted)}padding-top:2px;">${text(period)}</p>`;
}

function figureOf(total: Total): Figure {
  return {
    label: total.label,
    value: formatNumber(total.value),
    change: changeText(total),
    tone: toneOf(total.direction, total.change_pct ?? 0),
  };
}

function chartTitle(report: Report): string {
  return `${keyTotal(report)?.label ?? "Conversions"} by day`;
}

/** Seven bars made of table cells, the best day in another colour; heights are relative to the tallest. */
function chart(report: Report): string {
  const key = keyTotal(report)?.key ?? "conversions";
  const tallest = Math.max(0, ...report.days.map((day) => day[key] ?? 0));
  const bars = report.days.map((day) => {
    const value = day[key];
    const height = tallest > 0 ? Math.round(Math.max(0, value ?? 0) / tallest * 72) : 0;
    return `<td valign="bottom" align="center" style="padding:0 3px;">
<p class="muted" style="${style(12, muted)}padding-bottom:3px;">${compact(value)}</p>
${bar(height, isBest(report, day))}</td>`;
  });
  const names = report.days.map((day) =>
    `<td align="center" class="muted" style="${style(12, muted)}padding-top:4px;">${
      day.weekday.slice(0, 3)
    }</td>`
  );
  const best = report.best_day === null
    ? "No day had a conversion."
    : `Best day: ${report.best_day.weekday}, ${formatDay(report.best_day.date)} (${
      bestDayNumbers(report)
    })`;
  return `<table ${layout} width="100%" style="table-layout:fixed;">
<tr height="96">${bars.join("")}</tr>
<tr>${names.join("")}</tr></table>
<p class="ink" style="${style(15, ink)}padding-top:8px;">${text(best)}</p>`;
}

function bar(height: number, best: boolean): string {
  const colour = best ? "#1f6feb" : "#a9bccf";
  const shown = Math.max(height, 2);
  return `<table ${layout} width="100%"><tr><td class="${
    best ? "best" : "bar"
  }" height="${shown}" style="height:${shown}px;line-height:${shown}px;font-size:1px;background:${colour};border-radius:3px 3px 0 0;">&nbsp;</td></tr></table>`;
}

function dayTable(report: Report): string {
  const { totals, days } = report;
  const head = totals.map((total) =>
    `<th scope="col" align="right" valign="bottom" class="muted rule" style="${
      style(11, muted)
    }${cellRule}font-weight:400;">${text(shortWords(total.label))}</th>`
  );
  const rows = days.map((day) => {
    const weight = isBest(report, day) ? "font-weight:700;" : "font-weight:400;";
    const cells = totals.map((total) =>
      `<td align="right" class="ink rule" style="${style(13, ink)}${cellRule}${weight}">${
        formatNumber(day[total.key])
      }</td>`
    );
    return `<tr><th scope="row" align="left" class="ink rule" style="${
      style(13, ink)
    }${firstCellRule}${weight}">${day.weekday.slice(0, 3)}&nbsp;${Number(day.date.slice(8))}</th>${
      cells.join("")
    }</tr>`;
  });
  return `<table cellpadding="0" cellspacing="0" border="0" width="100%"><tr><th scope="col" align="left" valign="bottom" class="muted rule" style="${
    style(11, muted)
  }${firstCellRule}font-weight:400;">Day</th>${head.join("")}</tr>${rows.join("")}</table>`;
}

const rule = "border-bottom:1px solid #e6ebf0;";
const cellRule = `padding:7px 0 7px 5px;overflow-wrap:normal;${rule}`;
const firstCellRule = `padding:7px 0;white-space:nowrap;${rule}`;

/** A column is as wide as its longest word, so words that would not fit a phone are cut; the totals above have them whole. */
function shortWords(label: string): string {
  return label.split(/\s+/).slice(0, 4)
    .map((word) => [...word].length > 12 ? [...word].slice(0, 11).join("") + "…" : word)
    .join(" ");
}

function button(url: string): string {
  return `<table ${layout}><tr><td style="background:#1f6feb;border-radius:8px;"><a href="${
    escapeHtml(url)
  }" style="display:inline-block;padding:12px 20px;font-family:${font};font-size:15px;font-weight:600;color:#ffffff;text-decoration:none;">Open the dashboard</a></td></tr></table>`;
}

function footer(report: Report, links: Links): string {
  const link = (url: string, label: string) =>
    `<a href="${
      escapeHtml(url)
    }" class="muted" style="color:${muted};text-decoration:underline;">${label}</a>`;
  return `<table ${layout} width="100%" style="max-width:600px;"><tr><td align="center" class="muted" style="${
    style(12, muted)
  }padding:16px 20px;">Days are in ${
    text(report.period.time_zone.replaceAll("_", " "))
  }. – means unknown.<br>${
    links.preferences === null ? "" : `${link(links.preferences, "Settings")} &nbsp;·&nbsp; `
  }${link(links.unsubscribe, "Unsubscribe")}</td></tr></table>`;
}

function row(content: string, padding: string): string {
  return `<tr><td style="padding:${padding};">${content}</td></tr>`;
}

function preheader(report: Report): string {
  return report.findings.map((finding) => finding.text).join(" ").slice(0, 140);
}

function isBest(report: Report, day: Day): boolean {
  return report.best_day?.date === day.date;
}

/** Above a bar there is room for a few characters only. */
function compact(value: number | null): string {
  if (value === null || Math.abs(value) < 10_000) return formatNumber(value);
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 })
    .format(value).replace(/^-/, "−");
}
