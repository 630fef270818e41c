import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { asId, judgedEvent, judgedGroup, judgedPerson, recordIn, without } from "./common.ts";

const ofTheEvent = new Set(["__timestamp", "__deviceId"]);

/**
 * Judges what OpenPanel's `/track` takes (https://openpanel.dev/docs/api/track): `track`, `identify` and `assign_group`. It gives events no id, so that one that is
 * sent again is another one. Groups that are nobody's, `increment` and `decrement`, which need the value before, and replays are not kept.
 */
export const judgeOpenpanel: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const payload = recordIn(raw, "payload");
  const properties = recordIn(payload, "properties");
  const user = asId(payload["profileId"]);
  switch (raw["type"]) {
    case "track":
      return [judgedEvent(
        {
          raw,
          name: payload["name"],
          eventId: undefined,
          time: properties["__timestamp"],
          userId: user,
          anonymousId: properties["__deviceId"],
          properties: without(properties, ofTheEvent),
          fields: {
            name: "payload.name",
            eventId: "",
            time: "payload.properties.__timestamp",
            userId: "payload.profileId",
            anonymousId: "payload.properties.__deviceId",
            properties: "payload.properties",
          },
        },
        index,
        circumstances,
      )];
    case "identify": {
      const named = without(payload, new Set(["profileId", "properties"]));
      return [judgedPerson({ user_id: user, traits: { ...named, ...properties } }, circumstances)];
    }
    case "assign_group": {
      const { groupIds } = payload;
      return (Array.isArray(groupIds) ? groupIds : []).map((id) =>
        judgedGroup({ user_id: user, group_id: asId(id) }, circumstances)
      );
    }
    default:
      return [new Rejection("unknown_type", "type", "is none of track, identify, assign_group")];
  }
};
