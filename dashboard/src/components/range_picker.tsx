import { useEffect, useRef } from "preact/hooks";
import { addDays, today } from "../days.ts";
import { days } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { type Compare, type Preset, presets, rangeOf, useView } from "../view.ts";

const comparisons: Record<Compare, string> = {
  previous: "the days before",
  year: "a year before",
  none: "nothing",
};

/** The range of days and what it is compared with; both live in the URL. `w m q y` choose a preset, `x` the next comparison. */
export function RangePicker() {
  const { time_zone } = useOrganization();
  const { view, change } = useView();
  const range = rangeOf(view, time_zone, new Date());
  const dialog = useRef<HTMLDialogElement>(null);
  const choose = (preset: string) =>
    change({ range: preset, start: undefined, end: undefined, page: undefined });

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const preset = Object.entries(presets).find(([, { key }]) => key === event.key)?.[0];
      if (preset) choose(preset);
      else if (event.key === "x") change({ compare: nextComparison(view.compare) });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  return (
    <div class="range">
      <div class="segments" role="group" aria-label="Range">
        {(Object.keys(presets) as Preset[]).map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={view.preset === preset}
            onClick={() => choose(preset)}
          >
            {presets[preset].label}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={view.preset === null}
          onClick={() => dialog.current?.showModal()}
        >
          Days…
        </button>
      </div>
      <p class="fine">
        {days(range)}, {time_zone.replaceAll("_", " ")}, against{" "}
        <select
          aria-label="Compare with"
          value={view.compare}
          onChange={(event) => change({ compare: event.currentTarget.value })}
        >
          {Object.entries(comparisons).map(([name, label]) => (
            <option key={name} value={name}>{label}</option>
          ))}
        </select>
      </p>
      <dialog ref={dialog} aria-labelledby="range-title">
        <form
          method="dialog"
          onSubmit={(event) => {
            const data = new FormData(event.currentTarget);
            change({
              start: String(data.get("start")),
              end: String(data.get("end")),
              range: undefined,
              page: undefined,
            });
          }}
        >
          <h2 id="range-title">From one day to another</h2>
          <label>
            First day
            <input type="date" name="start" required value={range.start} max={range.end} />
          </label>
          <label>
            Last day
            <input
              type="date"
              name="end"
              required
              value={range.end}
              max={addDays(today(time_zone, new Date()), 0)}
            />
          </label>
          <p class="actions">
            <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" class="button">Show</button>
          </p>
        </form>
      </dialog>
    </div>
  );
}

function nextComparison(compare: Compare): Compare {
  const all = Object.keys(comparisons) as Compare[];
  return all[(all.indexOf(compare) + 1) % all.length] ?? "previous";
}

/** Whether a key is meant for a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
