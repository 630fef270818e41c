import { useMemo } from "preact/hooks";
import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { ForecastChart } from "../components/forecast_chart.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Filters, useScope } from "../delivery_scope.tsx";
import { addDays, today } from "../days.ts";
import { measure, number } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";
import { reasonOf } from "../words.ts";

type Forecast = Schemas["DoraForecast"];
type Metric = Forecast["key"];

const metrics: { value: Metric; label: string }[] = [
  { value: "deployment_frequency", label: "deployment frequency" },
  { value: "lead_time", label: "lead time" },
  { value: "change_failure_rate", label: "change failure rate" },
  { value: "recovery_time", label: "recovery time" },
  { value: "rework_rate", label: "rework rate" },
];
const horizons = ["4", "8", "13"] as const;

/** The coming weeks by the complete ones before, with the error that the same way of guessing had. */
export function DeliveryForecast() {
  const { view: { query } } = useView();
  const { org_id, team, repository, environment } = useScope();
  const metric = metrics.find(({ value }) => value === query["metric"])?.value ??
    "deployment_frequency";
  const horizon = Number(horizons.find((one) => one === query["weeks"]) ?? "4");
  const body = {
    org_id,
    metric,
    horizon,
    ...(team === undefined ? {} : { team }),
    ...(repository === undefined ? {} : { repository }),
    ...(environment === undefined ? {} : { environment }),
  };
  const answer = useAnswer(
    ["dora-forecast", body],
    (signal) => api.POST("/v1/metrics/dora/forecast", { body, signal }),
  );
  return (
    <>
      <div class="choices">
        <Choice name="metric" label="Of" usual="deployment_frequency" options={metrics} />
        <Choice
          name="weeks"
          label="Weeks ahead"
          usual="4"
          options={horizons.map((one) => ({ value: one, label: one }))}
        />
        <Filters names={["team", "repo", "environment"]} />
      </div>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={520} />
        : answer.data.forecast.length === 0
        ? <TooShort forecast={answer.data} />
        : <Ahead forecast={answer.data} />}
    </>
  );
}

function TooShort({ forecast: { null_reason, history } }: { forecast: Forecast }) {
  const { why, todo } = reasonOf(null_reason ?? "no_data");
  return (
    <section class="empty">
      <h2>Nobody can tell yet</h2>
      <p>{why} {todo}</p>
      <p>
        {number(history.weeks)} complete weeks are known, {number(history.weeks_needed)} are needed.
      </p>
    </section>
  );
}

const methods = {
  holt_damped: "the level and the trend of the weeks before, the trend fading",
  seasonal_naive: "what it was so many weeks before",
} as const;

/** How it guesses, in words. */
function methodOf(method: keyof typeof methods, season: number): string {
  return method === "seasonal_naive" && season === 1
    ? "what it was the week before"
    : methods[method].replace("so many weeks", `${season} weeks`);
}

function Ahead({ forecast }: { forecast: Forecast }) {
  const { org_id, team, repository, environment } = useScope();
  const { time_zone } = useOrganization();
  const now = today(time_zone, new Date());
  const range = {
    org_id,
    start: forecast.history.first ?? addDays(now, -182),
    end: now,
    ...(team === undefined ? {} : { team }),
    ...(repository === undefined ? {} : { repository }),
    ...(environment === undefined ? {} : { environment }),
    interval: "week" as const,
  };
  const trend = useAnswer(
    ["dora-trend", range],
    (signal) => api.GET("/v1/metrics/dora/trend", { params: { query: range }, signal }),
  );
  const past = useMemo(
    () =>
      (trend.data?.series.find(({ key }) => key === forecast.key)?.points ?? [])
        .filter(({ complete }) => complete)
        .map(({ start, value }) => ({ date: start, value })),
    [trend.data, forecast.key],
  );
  const coming = useMemo(
    () => forecast.forecast.map(({ start, end: _, ...week }) => ({ date: start, ...week })),
    [forecast.forecast],
  );
  if (trend.isError) return <Failed error={trend.error} retry={() => trend.refetch()} />;
  if (trend.data === undefined) return <Skeleton height={520} />;
  const { label, unit, method, backtest, history } = forecast;
  const errors = method && backtest && backtest[method];
  return (
    <>
      <ForecastChart label={`${label}, by week`} unit={unit} past={past} coming={coming} />
      {errors && method && (
        <section class="card" aria-labelledby="backtest">
          <h2 id="backtest">How far to trust it</h2>
          <p>
            It goes by {methodOf(method, forecast.season_weeks)}, over {number(history.weeks)}{" "}
            complete weeks. Had it been asked {number(backtest.origins)}{" "}
            times before, it would have been wrong by {measure(errors.mae, unit)} in the mean.
          </p>
          {errors.mase !== null && (
            <p class="fine">
              That is {number(errors.mase)} times the error of saying “as the week before”:{" "}
              {errors.mase < 1 ? "better than that" : "no better than that"}.
            </p>
          )}
          {history.gaps_filled > 0 && (
            <p class="fine">
              {number(history.gaps_filled)} weeks without a number were filled.
            </p>
          )}
        </section>
      )}
    </>
  );
}
