import { useMemo } from "preact/hooks";
import { type Schemas } from "../api.ts";
import { Histogram } from "../components/histogram.tsx";
import { duration } from "../format.ts";

interface Props {
  label: string;
  unit: string;
  histogram: Schemas["DoraLeadTime"]["histogram"];
}

/** How the durations behind a median are spread; nothing where there are none. */
export function Distribution({ label, unit, histogram }: Props) {
  const bins = useMemo(() =>
    histogram.map(({ from_seconds, to_seconds, n }) => ({
      name: to_seconds === null
        ? `over ${duration(from_seconds)}`
        : from_seconds === 0
        ? `under ${duration(to_seconds)}`
        : `${duration(from_seconds)}–${duration(to_seconds)}`,
      from: from_seconds,
      to: to_seconds,
      n,
    })), [histogram]);
  if (bins.every(({ n }) => n === 0)) return null;
  return <Histogram label={label} unit={unit} bins={bins} />;
}
