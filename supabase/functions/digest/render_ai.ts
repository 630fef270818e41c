import { formatAi } from "./ai.ts";
import { toneOf } from "./findings.ts";
import { changeWords } from "./format.ts";
import { dottedList, figureGrid, section } from "./html_parts.ts";
import type { AiSection } from "./types.ts";

type Figure = AiSection["figures"][number];

/** The section about AI-assisted development of the text/html part. */
export function aiHtml(ai: AiSection): string {
  const figures = ai.figures.map((figure) => ({
    label: figure.label,
    value: formatAi(figure.value, figure.unit),
    change: changeText(figure),
    tone: toneOf(figure.direction, figure.change_pct ?? figure.change_points ?? 0),
  }));
  const items = notes(ai).map((text) => ({ tone: "neutral" as const, text }));
  return section(
    "AI-assisted development",
    figureGrid(figures) + (items.length > 0 ? dottedList(items) : ""),
  );
}

/** The section about AI-assisted development of the text/plain part: everything the HTML says. */
export function aiText(ai: AiSection): string[] {
  return [
    "AI-ASSISTED DEVELOPMENT",
    ...ai.figures.map((figure) =>
      `${figure.label}: ${formatAi(figure.value, figure.unit)} (${changeText(figure)})`
    ),
    ...notes(ai),
  ];
}

function notes({ biggest_change, uncosted_sessions }: AiSection): string[] {
  return [
    ...(biggest_change === null ? [] : [biggest_change]),
    ...(uncosted_sessions === 0
      ? []
      : [`Not in the spend: ${uncosted_sessions} sessions whose cost is not known.`]),
  ];
}

function changeText(figure: Figure): string {
  return changeWords(figure, formatAi(figure.previous, figure.unit), "nothing to go by");
}
