import { duration } from "../format.ts";

interface Props {
  label: string;
  /** From 0 to 1; null while nobody knows how much there is. */
  done: number | null;
  secondsLeft?: number | null;
}

/** How far work has come, and how long it takes yet. */
export function Progress({ label, done, secondsLeft }: Props) {
  return (
    <div class="progress">
      <progress aria-label={label} {...(done === null ? {} : { value: done, max: 1 })} />
      <span class="fine">
        {done === null ? "Working…" : `${Math.round(done * 100)}%`}
        {secondsLeft ? `, ${duration(secondsLeft)} left` : ""}
      </span>
    </div>
  );
}
