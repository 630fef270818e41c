import { isRecord } from "../../_shared/intake/kinds.ts";
import type { JudgeItem } from "../types.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { asId, judgedEvent, judgedPerson, recordIn } from "./common.ts";

/** What the view of a page is called, whosever word it is. */
const pageView = "Loaded a Page";

const fields = {
  name: "name",
  eventId: "",
  time: "timestamp",
  userId: "id",
  anonymousId: "",
  properties: "data",
};

/**
 * Judges what Umami's `/api/send` takes (https://umami.is/docs/api/sending-stats). It gives events no id, so that one that is sent again is another one, and
 * visitors none unless the page names them: its own are made of addresses, which are not kept here.
 */
export const judgeUmami: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const payload = recordIn(raw, "payload");
  const data = recordIn(payload, "data");
  const userId = asId(payload["id"]);
  if (raw["type"] === "identify") {
    return [judgedPerson({ user_id: userId, traits: data }, circumstances)];
  }
  const of = ["url", "referrer", "title", "hostname", "language", "screen", "tag"];
  return [judgedEvent(
    {
      raw,
      name: payload["name"] ?? pageView,
      eventId: undefined,
      time: payload["timestamp"],
      userId,
      anonymousId: undefined,
      properties: { ...picked(payload, of), ...data },
      fields,
    },
    index,
    circumstances,
  )];
};

/**
 * Judges what Plausible's `/api/event` takes (https://plausible.io/docs/events-api). It gives events no id and no time, and visitors none: one that is
 * sent again is another one, and all are nobody's.
 */
export const judgePlausible: JudgeItem = (raw, index, circumstances) => {
  if (!isRecord(raw)) return [new Rejection("not_an_object", "", "is not an object")];
  const name = raw["name"] ?? raw["n"];
  const properties = raw["props"] ?? raw["p"] ?? raw["m"];
  const page = { url: raw["url"] ?? raw["u"], referrer: raw["referrer"] ?? raw["r"] };
  return [judgedEvent(
    {
      raw,
      name: name === "pageview" ? pageView : name,
      eventId: undefined,
      time: undefined,
      userId: undefined,
      anonymousId: undefined,
      properties: { ...picked(page, ["url", "referrer"]), ...propertiesOf(properties) },
      fields,
    },
    index,
    circumstances,
  )];
};

/** Its script sends them as text. */
function propertiesOf(given: unknown): Record<string, unknown> {
  if (isRecord(given)) return given;
  if (typeof given !== "string") return {};
  try {
    const read: unknown = JSON.parse(given);
    return isRecord(read) ? read : {};
  } catch {
    return { props: given }; // no JSON: kept as it is
  }
}

function picked(raw: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) =>
      raw[name] === undefined || raw[name] === null ? [] : [[name, raw[name]]]
    ),
  );
}
