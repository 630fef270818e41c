import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { asId, judgedAlias, judgedEvent, judgedPerson, recordIn, without } from "./common.ts";

/** How Mixpanel writes the id of a device where a person's could stand. */
const devicePrefix = "$device:";

const ofTheEvent = new Set([
  "token",
  "distinct_id",
  "time",
  "$insert_id",
  "$device_id",
  "$user_id",
]);

/**
 * Judges an event of Mixpanel's `/track` and `/import` (https://developer.mixpanel.com/reference/track-event). `$insert_id` and `time` identify it; mixpanel-node's
 * single events have neither. `$identify`, `$create_alias` and `$merge` join ids.
 */
export const judgeMixpanel: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const properties = recordIn(raw, "properties");
  const ids = idsOf(properties["distinct_id"], properties["$user_id"], properties["$device_id"]);
  switch (raw["event"]) {
    case "$identify":
      return [
        judgedPerson({
          user_id: asId(properties["$identified_id"] ?? properties["distinct_id"]),
          anonymous_id: idsOf(properties["$anon_id"] ?? properties["$anon_distinct_id"]).bare,
        }, circumstances),
      ];
    case "$create_alias":
      return [judgedAlias(properties["distinct_id"], properties["alias"], circumstances)];
    case "$merge": {
      const merged = properties["$distinct_ids"];
      const [one, other] = Array.isArray(merged) ? merged : [];
      return [judgedAlias(idsOf(one).bare, idsOf(other).bare, circumstances)];
    }
  }
  return [judgedEvent(
    {
      raw,
      name: raw["event"],
      eventId: asId(properties["$insert_id"]),
      time: properties["time"],
      userId: ids.user,
      anonymousId: ids.anonymous,
      properties: without(properties, ofTheEvent),
      fields: {
        name: "event",
        eventId: "properties.$insert_id",
        time: "properties.time",
        userId: "properties.distinct_id",
        anonymousId: "properties.$device_id",
        properties: "properties",
      },
    },
    index,
    circumstances,
  )];
};

/** Judges an update of `/engage`: `$set` and `$set_once`. What needs the value before (`$add`, `$append` …), `$unset` and `$delete` are not kept. */
export const judgeEngage: JudgeItem = (raw, _, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const { user, anonymous } = idsOf(raw["$distinct_id"], raw["$user_id"], raw["$device_id"]);
  const traits = recordIn(raw, "$set");
  const once = recordIn(raw, "$set_once");
  if (Object.keys(traits).length + Object.keys(once).length === 0) {
    return [new Rejection("unknown_type", "", "is none of $set, $set_once")];
  }
  const said = { user_id: user, anonymous_id: anonymous, traits, traits_once: once };
  return [judgedPerson({ ...said, occurred_at: raw["$time"] }, circumstances)];
};

function idsOf(distinctId: unknown, userId?: unknown, deviceId?: unknown) {
  const distinct = asId(distinctId);
  const isDevice = typeof distinct === "string" && distinct.startsWith(devicePrefix);
  const bare = isDevice ? distinct.slice(devicePrefix.length) : distinct;
  return {
    bare,
    user: asId(userId) ?? (isDevice ? undefined : bare),
    anonymous: asId(deviceId) ?? (isDevice ? bare : undefined),
  };
}
