import { money } from "../format.ts";
import { WhyNull } from "./why_null.tsx";

interface Props {
  usd: number | null;
  source: "reported" | "estimated" | "mixed" | null;
}

const words = {
  reported: "as its source reported it",
  estimated: "by the price list",
  mixed: "in part reported, in part by the price list",
} as const;

/** What something cost and who says so. */
export function Cost({ usd, source }: Props) {
  if (usd === null) return <WhyNull reason="uncosted" label="Cost" />;
  return (
    <>
      {money(usd)}
      {source !== null && <span class="sub" title={words[source]}>{source}</span>}
    </>
  );
}
