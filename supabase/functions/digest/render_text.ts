import {
  changeWords,
  formatChange,
  formatDay,
  formatNumber,
  formatPeriod,
  oneLine,
} from "./format.ts";
import { aiText } from "./render_ai.ts";
import { deliveryText } from "./render_delivery.ts";
import type { Links, Report, Total } from "./types.ts";

/** The subject, with the number that matters most: conversions, else the first total that is known. */
export function subjectOf(report: Report): string {
  const period = formatPeriod(report.period.start, report.period.end);
  const key = keyTotal(report);
  if (key === null) return `Your week: no numbers arrived, ${period}`;
  const change = key.change_pct === null ? "" : ` (${formatChange(key.change_pct)})`;
  return `Your week: ${oneLine(key.label)} ${formatNumber(key.value)}${change}, ${period}`;
}

/** The total a digest leads with; null when all are unknown. */
export function keyTotal(report: Report): Total | null {
  const known = report.totals.filter((total) => total.value !== null);
  return known.find((total) => total.key === "conversions") ?? known[0] ?? null;
}

/** How a total compares with the week before, in words. */
export function changeText(total: Total): string {
  return changeWords(total, formatNumber(total.previous), "no data this week");
}

/** The text/plain part: everything the HTML part says. */
export function renderText(report: Report, links: Links): string {
  const { totals, days, best_day, findings, period } = report;
  const lines = [
    `${oneLine(report.organization)}: your week`,
    `${formatPeriod(period.start, period.end)} (${period.time_zone})`,
    "",
    ...totals.map((total) =>
      `${oneLine(total.label)}: ${formatNumber(total.value)} (${changeText(total)})`
    ),
    "",
    "WHAT STANDS OUT",
    ...findings.map((finding) => `- ${oneLine(finding.text)}`),
    "",
    ...(report.delivery === null ? [] : [...deliveryText(report.delivery), ""]),
    ...(report.ai === null ? [] : [...aiText(report.ai), ""]),
    best_day === null
      ? "Best day: none, no day had a conversion."
      : `Best day: ${best_day.weekday}, ${formatDay(best_day.date)} (${bestDayNumbers(report)})`,
    "",
    "DAY BY DAY",
    ...table([
      ["", ...totals.map((total) => oneLine(total.label))],
      ...days.map((day) => [
        `${day.weekday.slice(0, 3)} ${formatDay(day.date)}`,
        ...totals.map((total) => formatNumber(day[total.key])),
      ]),
    ]),
    "",
    ...(links.dashboard === null ? [] : [`Dashboard: ${links.dashboard}`]),
    ...(links.preferences === null ? [] : [`Settings: ${links.preferences}`]),
    `Unsubscribe: ${links.unsubscribe}`,
    "",
  ];
  return lines.join("\n");
}

/** The numbers of the best day, as in `15 conversions, 240 sessions`. */
export function bestDayNumbers({ best_day, totals }: Report): string {
  if (best_day === null) return "";
  const label = (key: Total["key"]) =>
    oneLine(totals.find((total) => total.key === key)?.label ?? key).toLowerCase();
  const parts = [`${formatNumber(best_day.conversions)} ${label("conversions")}`];
  if (best_day.sessions !== null) {
    parts.push(`${formatNumber(best_day.sessions)} ${label("sessions")}`);
  }
  return parts.join(", ");
}

/** Columns aligned by spaces, numbers to the right. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd()
  );
}
