import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { addDays, daysBetween, today } from "./days.ts";

export const presets = {
  "7d": { label: "7 days", key: "w" },
  "28d": { label: "28 days", key: "m" },
  "90d": { label: "90 days", key: "q" },
  "365d": { label: "365 days", key: "y" },
} as const;
export type Preset = keyof typeof presets;
export type Compare = "none" | "previous" | "year";

/** What the URL says the page shows. */
export interface View {
  org: string;
  /** What stands before the section: that of an organization, or of a share link. */
  base: string;
  /** The secret of a share link, which every address of it keeps; empty elsewhere. */
  hash: string;
  section: string;
  /** The preset, or null where `start` and `end` are days of somebody's choice. */
  preset: Preset | null;
  compare: Compare;
  /** The names of the section's own, as `tab`, `page`, `sort`. */
  query: Record<string, string>;
}

const usual: Preset = "28d";
/** What goes along from one section to the next. */
const shared = ["range", "start", "end", "compare"];
const isDay = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a view from a path, its query and what comes after a hash. */
export function viewOf(path: string, query: Record<string, string>, hash = ""): View {
  const [, o, org = "", section = "overview"] = path.split("/");
  const isCustom = isDay.test(query["start"] ?? "") && isDay.test(query["end"] ?? "") &&
    (query["start"] ?? "") <= (query["end"] ?? "");
  const range = query["range"] ?? usual;
  const compare = query["compare"];
  return {
    org: o === "o" ? org : "",
    base: `/${o}/${org}`,
    hash: o === "share" ? hash : "",
    section,
    preset: isCustom ? null : isPreset(range) ? range : usual,
    compare: compare === "none" || compare === "year" ? compare : "previous",
    query,
  };
}

function isPreset(name: string): name is Preset {
  return name in presets;
}

/** The days of a view in an organization's zone: a preset ends yesterday, because today is not over. */
export function rangeOf(view: View, timeZone: string, now: Date): { start: string; end: string } {
  if (view.preset === null) {
    return { start: view.query["start"] ?? "", end: view.query["end"] ?? "" };
  }
  const end = addDays(today(timeZone, now), -1);
  return { start: addDays(end, 1 - Number.parseInt(view.preset)), end };
}

/** The length of a range in days. */
export function lengthOf({ start, end }: { start: string; end: string }): number {
  return daysBetween(start, end) + 1;
}

/** The URL of a section with the same range, and with names of its own. */
export function sectionUrl(
  view: View,
  section: string,
  own: Record<string, string | undefined> = {},
): string {
  const kept = shared.map((name) => [name, view.query[name]] as const);
  return urlOf(`${view.base}/${section}`, { ...Object.fromEntries(kept), ...own }) + view.hash;
}

/** The URL of the same section with some names of the query changed; undefined takes one away. */
export function changedUrl(
  path: string,
  view: View,
  changes: Record<string, string | undefined>,
): string {
  return urlOf(path, { ...view.query, ...changes }) + view.hash;
}

function urlOf(path: string, query: Record<string, string | undefined>): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, value]]
  );
  const text = new URLSearchParams(said).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The view of the URL, and a way to another one. */
export function useView() {
  const { path, query, route } = useLocation();
  return useMemo(() => {
    const view = viewOf(path, query, location.hash);
    return {
      view,
      path,
      /** Changes the query of the section; `replace` leaves no entry in the history. */
      change: (changes: Record<string, string | undefined>, replace = false) =>
        route(changedUrl(path, view, changes), replace),
    };
  }, [path, query, route]);
}
