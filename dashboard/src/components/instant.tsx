import { time } from "../format.ts";
import { useOrganization } from "../organization.tsx";

/** A moment, in the organization's time zone. */
export function Instant({ at }: { at: string }) {
  const { time_zone } = useOrganization();
  return <time dateTime={at}>{time(at, time_zone)}</time>;
}
