import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";

type Preference = Schemas["DigestPreference"];

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const offWords = {
  unsubscribed: "You unsubscribed by the link in a digest.",
  bounced: "Your mailbox refused one for good, so no more are sent.",
  complained: "One was reported as spam, so no more are sent.",
} as const;

/** Whether the digest comes, and a way to change that. */
export function Subscription() {
  const preference = useAnswer(
    ["digest-preference"],
    (signal) => api.GET("/v1/digest/preferences", { signal }),
  );
  return (
    <section class="card" aria-labelledby="subscription">
      <h2 id="subscription">In your mailbox</h2>
      {preference.isError
        ? <Failed error={preference.error} retry={() => preference.refetch()} />
        : preference.data === undefined
        ? <Skeleton height={120} />
        : <Switch preference={preference.data} />}
    </section>
  );
}

function Switch({ preference }: { preference: Preference }) {
  const { enabled, email, suppressed_reason, schedule } = preference;
  const change = useMutation({
    mutationFn: (next: boolean) =>
      answerOf(api.PUT("/v1/digest/preferences", { body: { enabled: next } })),
    onSuccess: (next) => queries.setQueryData(["digest-preference"], next),
  });
  const hour = `${String(schedule.hour).padStart(2, "0")}:00`;
  return (
    <>
      <p role="status" data-enabled={enabled}>
        {enabled
          ? `It goes to ${email} every ${weekdays[schedule.weekday - 1]} at ${hour}, ${
            schedule.time_zone.replaceAll("_", " ")
          }.`
          : `It is off for ${email}.`}
      </p>
      {suppressed_reason !== null && <p class="fine">{offWords[suppressed_reason]}</p>}
      {change.isError && <Failed error={change.error} />}
      <p>
        <button
          type="button"
          class={enabled ? "quiet" : "button"}
          disabled={change.isPending}
          onClick={() => change.mutate(!enabled)}
        >
          {enabled ? "Turn it off" : "Turn it on"}
        </button>
      </p>
    </>
  );
}
