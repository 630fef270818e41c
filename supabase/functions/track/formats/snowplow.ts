import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { asId, judgedEvent, recordIn } from "./common.ts";

/**
 * Judges an event of Snowplow's tracker protocol (https://docs.snowplow.io/docs/sources/snowplow-tracker-protocol/): page views and pings, structured and
 * self-describing events. `eid` and `dtm` identify it; `uid` is its person, `duid` or `nuid` its device. Contexts are not kept.
 */
export const judgeSnowplow: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const described = describedBy(raw);
  if (described instanceof Rejection) return [described];
  const [name, own] = described;
  const page = { url: raw["url"], title: raw["page"], referrer: raw["refr"] };
  const told = Object.entries({ ...page, ...own }).filter(([, value]) =>
    value !== undefined && value !== null
  );
  return [judgedEvent(
    {
      // The contexts can be large, are not kept, and so do not count.
      raw: { ...raw, cx: undefined, co: undefined },
      name,
      eventId: raw["eid"],
      time: raw["ttm"] ?? raw["dtm"],
      userId: asId(raw["uid"]),
      anonymousId: asId(raw["duid"] ?? raw["nuid"] ?? raw["tnuid"]),
      properties: Object.fromEntries(told),
      fields: {
        name: "e",
        eventId: "eid",
        time: "dtm",
        userId: "uid",
        anonymousId: "duid",
        properties: "ue_pr",
      },
    },
    index,
    circumstances,
  )];
};

/** What an event is called, and its own properties. */
function describedBy(
  raw: Record<string, unknown>,
): [unknown, Record<string, unknown>] | Rejection {
  switch (raw["e"]) {
    case "pv":
      return ["Loaded a Page", {}];
    case "pp":
      return ["Page Ping", {}];
    case "se":
      return [raw["se_ac"], {
        category: raw["se_ca"],
        label: raw["se_la"],
        property: raw["se_pr"],
        value: raw["se_va"],
      }];
    case "ue": {
      // iglu:com.acme/export_clicked/jsonschema/1-0-0
      const { schema, data } = recordIn(unpacked(raw["ue_pr"], raw["ue_px"]), "data");
      const name = typeof schema === "string" ? schema.split("/")[1] : undefined;
      return [name, isRecord(data) ? data : {}];
    }
    default:
      return new Rejection("unknown_type", "e", "is none of pv, pp, se, ue");
  }
}

function unpacked(json: unknown, base64: unknown): Record<string, unknown> {
  try {
    const text = typeof base64 === "string"
      ? new TextDecoder().decode(
        Uint8Array.from(
          atob(base64.replaceAll("-", "+").replaceAll("_", "/")),
          (one) => one.charCodeAt(0),
        ),
      )
      : json;
    const read: unknown = typeof text === "string" ? JSON.parse(text) : text;
    return isRecord(read) ? read : {};
  } catch {
    return {}; // nothing that can be read: an event without a name, which is told
  }
}
