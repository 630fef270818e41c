import { useView } from "../view.ts";

interface Props {
  /** The name in the URL. */
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** What it is where the URL says nothing. */
  usual: string;
}

/** A choice that lives in the URL, as a list to open. */
export function Choice({ name, label, options, usual }: Props) {
  const { view, change } = useView();
  const value = view.query[name] ?? usual;
  return (
    <label class="choice">
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) =>
          change({
            [name]: currentTarget.value === usual ? undefined : currentTarget.value,
            page: undefined,
          })}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Tabs of a section, in the URL as `tab`; whatever the others have there is left behind. */
export function Tabs(
  { label, tabs, current }: {
    label: string;
    tabs: { name: string; label: string }[];
    current: string;
  },
) {
  const { view, change } = useView();
  const own = Object.keys(view.query).filter((name) =>
    !["range", "start", "end", "compare"].includes(name)
  );
  return (
    <div class="segments" role="group" aria-label={label}>
      {tabs.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === current}
          onClick={() =>
            change({ ...Object.fromEntries(own.map((one) => [one, undefined])), tab: name })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
