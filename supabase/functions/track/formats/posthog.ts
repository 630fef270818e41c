import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import {
  asId,
  judgedAlias,
  judgedEvent,
  judgedGroup,
  judgedPerson,
  recordIn,
  without,
} from "./common.ts";

/** What stands among the properties and is none. */
const ofTheEvent = new Set(["token", "distinct_id", "$set", "$set_once", "$anon_distinct_id"]);

/**
 * Judges an event of PostHog's capture API (https://posthog.com/docs/api/capture). `uuid` and `timestamp` identify it. `$identify`, `$create_alias`, `$set`
 * and `$groupidentify` are of persons, and so are `$set` and `$set_once` of any event. A distinct id is a person's unless the event says that it is not.
 */
export const judgePosthog: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const properties = recordIn(raw, "properties");
  const ids = idsOf(raw, properties);
  const time = timeOf(raw, circumstances.now);
  const traits = { ...recordIn(raw, "$set"), ...recordIn(properties, "$set") };
  const once = { ...recordIn(raw, "$set_once"), ...recordIn(properties, "$set_once") };
  const person = () =>
    judgedPerson({
      user_id: ids.user,
      anonymous_id: ids.anonymous,
      occurred_at: time,
      traits,
      traits_once: once,
    }, circumstances);
  switch (raw["event"]) {
    case "$identify":
    case "$set":
      return [person()];
    case "$create_alias":
      return [
        judgedAlias(properties["distinct_id"] ?? ids.distinct, properties["alias"], circumstances),
      ];
    case "$groupidentify": {
      const [type, key] = [properties["$group_type"], properties["$group_key"]];
      if (ids.distinct === `$${type}_${key}`) {
        return [new Rejection("missing_field", "distinct_id", "is missing: a group is a person's")];
      }
      const group = { group_id: `${type}:${key}`, traits: recordIn(properties, "$group_set") };
      const who = { user_id: ids.user, anonymous_id: ids.anonymous, occurred_at: time };
      return [judgedGroup({ ...who, ...group }, circumstances)];
    }
  }
  const event = judgedEvent(
    {
      raw,
      name: raw["event"],
      eventId: raw["uuid"] ?? properties["$insert_id"],
      time,
      userId: ids.user,
      anonymousId: ids.anonymous,
      properties: without(properties, ofTheEvent),
      fields: {
        name: "event",
        eventId: "uuid",
        time: "timestamp",
        userId: "distinct_id",
        anonymousId: "properties.$device_id",
        properties: "properties",
      },
    },
    index,
    circumstances,
  );
  const isSaid = Object.keys(traits).length + Object.keys(once).length > 0;
  return event instanceof Rejection || !isSaid ? [event] : [event, person()];
};

function idsOf(raw: Record<string, unknown>, properties: Record<string, unknown>) {
  const distinct = asId(raw["distinct_id"] ?? properties["distinct_id"]);
  const device = asId(properties["$anon_distinct_id"] ?? properties["$device_id"]);
  const isNobodys = properties["$is_identified"] === false || distinct === device ||
    (properties["$process_person_profile"] === false && properties["$is_identified"] !== true);
  return isNobodys
    ? { distinct, user: undefined, anonymous: distinct }
    : { distinct, user: distinct, anonymous: device };
}

/** Libraries of before said how long ago it was, in milliseconds. */
function timeOf(raw: Record<string, unknown>, now: number): unknown {
  if (raw["timestamp"] !== undefined) return raw["timestamp"];
  const offset = raw["offset"];
  return typeof offset === "number" && offset >= 0 ? now - offset : undefined;
}

/** What the libraries are content with: no flags, no recordings, no surveys, and nothing more to load. */
export const posthogConfig = {
  supportedCompression: ["gzip", "gzip-js", "base64"],
  hasFeatureFlags: false,
  flags: {},
  featureFlags: {},
  featureFlagPayloads: {},
  errorsWhileComputingFlags: false,
  captureDeadClicks: false,
  capturePerformance: false,
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  analytics: { endpoint: "/e/" },
  elementsChainAsString: true,
  sessionRecording: false,
  heatmaps: false,
  surveys: false,
  defaultIdentifiedOnly: true,
  siteApps: [],
  isAuthenticated: false,
  toolbarParams: {},
  config: { enable_collect_everything: true },
};
