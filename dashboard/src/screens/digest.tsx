import { type Schemas } from "../api.ts";
import { api, useAnswer } from "../api.ts";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { addDays, today } from "../days.ts";
import { days } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";
import { DigestDeliveries } from "./digest_deliveries.tsx";
import { Subscription } from "./digest_subscription.tsx";

type Preview = Schemas["DigestPreview"];

/** How many weeks back the picker goes. */
const weeksBack = 26;
/** As high as the frame of the mail, with its head. */
const mailHeight = 1560;

/** The weekly digest: as it reads, whether it comes, and what came of those that were due. */
export function Digest() {
  return (
    <div class="digest">
      <Reading />
      <div class="stack">
        <Subscription />
        <DigestDeliveries />
      </div>
    </div>
  );
}

function Reading() {
  const { view } = useView();
  const { time_zone } = useOrganization();
  const weeks = weeksUpTo(today(time_zone, new Date()));
  const week = weeks.find((one) => one === view.query["week"]) ?? weeks[0] ?? "";
  const isText = view.query["as"] === "text";
  const query = { week };
  const digest = useAnswer(
    ["digest", query],
    (signal) => api.GET("/v1/digest/preview", { params: { query }, signal }),
  );
  const format = isText ? "text" as const : "html" as const;
  const mail = useAnswer(
    ["digest-mail", query, format],
    (signal) =>
      api.GET("/v1/digest/preview", {
        params: { query: { ...query, format } },
        parseAs: "text",
        signal,
      }),
  );
  const failed = digest.isError ? digest : mail.isError ? mail : null;
  return (
    <section class="stack" aria-label="The digest of a week">
      <WeekPicker weeks={weeks} week={week} isText={isText} />
      {failed !== null
        ? (
          <Failed
            error={failed.error}
            retry={() => Promise.all([digest.refetch(), mail.refetch()])}
          />
        )
        : digest.data === undefined || mail.data === undefined
        ? <Skeleton height={mailHeight} />
        : <Mail digest={digest.data} text={String(mail.data)} isText={isText} />}
    </section>
  );
}

interface PickerProps {
  weeks: string[];
  week: string;
  isText: boolean;
}

function WeekPicker({ weeks, week, isText }: PickerProps) {
  const { change } = useView();
  const place = weeks.indexOf(week);
  const go = (to: number) => change({ week: to === 0 ? undefined : weeks[to] });
  return (
    <div class="choices">
      <button
        type="button"
        class="quiet"
        disabled={place >= weeks.length - 1}
        onClick={() => go(place + 1)}
      >
        ← Week before
      </button>
      <label class="choice">
        Week
        <select
          name="week"
          value={week}
          onChange={({ currentTarget }) => go(weeks.indexOf(currentTarget.value))}
        >
          {weeks.map((one) => (
            <option key={one} value={one} selected={one === week}>
              {days({ start: one, end: addDays(one, 6) })}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="quiet" disabled={place <= 0} onClick={() => go(place - 1)}>
        Next week →
      </button>
      <div class="segments" role="group" aria-label="Read it as">
        <button
          type="button"
          aria-pressed={!isText}
          onClick={() => change({ as: undefined })}
        >
          Mail
        </button>
        <button type="button" aria-pressed={isText} onClick={() => change({ as: "text" })}>
          Plain text
        </button>
      </div>
    </div>
  );
}

/** The mail in a frame that runs nothing: without scripts, without the page's origin, under the page's own policy. */
function Mail({ digest, text, isText }: { digest: Preview; text: string; isText: boolean }) {
  const { name } = useOrganization();
  return (
    <article class="card mail">
      <header>
        <h2 data-subject>{digest.subject}</h2>
        <p class="fine">
          As it would be sent now; links in it lead nowhere here.
          {digest.organization !== name &&
            ` Your digest is about ${digest.organization}, your home organization.`}
        </p>
      </header>
      {isText ? <pre tabindex={0} aria-label="The digest as plain text">{text}</pre> : (
        <iframe
          title="The digest as it will read"
          sandbox=""
          srcdoc={text}
          style={{ height: `${mailHeight}px` }}
        />
      )}
    </article>
  );
}

/** The Mondays of the weeks that are over, the latest first. */
function weeksUpTo(day: string): string[] {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(day, -weekday);
  return Array.from({ length: weeksBack }, (_, back) => addDays(monday, -7 * (back + 1)));
}
