import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { asId, judgedEvent, judgedGroup, judgedPerson, recordIn } from "./common.ts";

/**
 * Judges an event of Amplitude's HTTP V2 API (https://amplitude.com/docs/apis/analytics/http-v2). `insert_id` and `time` identify it. What is not kept: the device,
 * its place and version, revenue and session numbers beside the properties, and the operations on user properties that need the value before ($add, $append …).
 */
export const judgeAmplitude: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const ids = { user_id: asId(raw["user_id"]), anonymous_id: asId(raw["device_id"]) };
  const said = { ...ids, occurred_at: raw["time"] };
  const user = recordIn(raw, "user_properties");
  const traits = { ...plain(user), ...recordIn(user, "$set") };
  const once = recordIn(user, "$setOnce");
  const isSaid = Object.keys(traits).length + Object.keys(once).length > 0;
  const person = () => judgedPerson({ ...said, traits, traits_once: once }, circumstances);
  if (raw["event_type"] === "$identify") return [person()];
  if (raw["event_type"] === "$groupidentify") {
    const properties = recordIn(raw, "group_properties");
    const groupTraits = { ...plain(properties), ...recordIn(properties, "$set") };
    return Object.entries(recordIn(raw, "groups")).map(([type, key]) =>
      judgedGroup({ ...said, group_id: `${type}:${key}`, traits: groupTraits }, circumstances)
    );
  }
  const event = judgedEvent(
    {
      raw,
      name: raw["event_type"],
      eventId: asId(raw["insert_id"]),
      time: raw["time"],
      userId: ids.user_id,
      anonymousId: ids.anonymous_id,
      properties: raw["event_properties"],
      fields: {
        name: "event_type",
        eventId: "insert_id",
        time: "time",
        userId: "user_id",
        anonymousId: "device_id",
        properties: "event_properties",
      },
    },
    index,
    circumstances,
  );
  return event instanceof Rejection || !isSaid ? [event] : [event, person()];
};

/** The members that are no operations. */
function plain(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("$")));
}

/** What Amplitude's libraries take for success: without a numeric `code` they send the same again, twelve times. */
export function amplitudeSuccess(events: number, now: number) {
  return { code: 200, events_ingested: events, payload_size_bytes: 0, server_upload_time: now };
}
