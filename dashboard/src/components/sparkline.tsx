interface Props {
  values: (number | null)[];
  /** A word for those who do not see it. */
  label: string;
}

const [width, height, edge] = [160, 36, 3];

/** A small line of a series without axes; unknown values are gaps, the last known one has a dot. */
export function Sparkline({ values, label }: Props) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const x = (index: number) => edge + index / Math.max(1, values.length - 1) * (width - 2 * edge);
  const y = (value: number) =>
    height - edge - (most === least ? 0 : (value - least) / (most - least)) * (height - 2 * edge);
  const last = values.findLastIndex((value) => value !== null);
  const end = values[last];
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {runsOf(values).map((run) => (
        <polyline
          key={run[0]?.index}
          points={run.map(({ index, value }) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
            .join(" ")}
        />
      ))}
      {end !== undefined && end !== null && (
        <line class="end" x1={x(last)} x2={x(last)} y1={y(end)} y2={y(end)} />
      )}
    </svg>
  );
}

/** The stretches of known values; one that stands alone is drawn as a short line. */
function runsOf(values: (number | null)[]): { index: number; value: number }[][] {
  const runs: { index: number; value: number }[][] = [];
  let run: { index: number; value: number }[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else run.push({ index, value });
  });
  if (run.length > 0) runs.push(run);
  return runs.map((one) =>
    one[0] && one.length === 1 ? [one[0], { ...one[0], index: one[0].index + 0.5 }] : one
  );
}
