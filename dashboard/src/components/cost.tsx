import { money } from "../format.ts";
import { WhyNull } from "./why_null.tsx";

interface Props {
  usd: number | null;
  source: "reported" | "estimated" | "mixed" | null;
  /** Whether its source can only have guessed it, as an agent in front of another seller's model. */
  isGuess?: boolean;
  /** What it costs by the price list. */
  estimate?: number | null;
}

const words = {
  reported: "as its source reported it",
  estimated: "by the price list",
  mixed: "in part reported, in part by the price list",
} as const;

/** What something cost and who says so. */
export function Cost({ usd, source, isGuess = false, estimate = null }: Props) {
  if (usd === null) return <WhyNull reason="uncosted" label="Cost" />;
  return (
    <>
      {money(usd)}
      {isGuess && (
        <span class="verdict-chip fair" title="Its source can only have guessed it">a guess</span>
      )}
      {isGuess && estimate !== null && <span class="sub">{money(estimate)} by the price list</span>}
      {source !== null && <span class="sub" title={words[source]}>{source}</span>}
    </>
  );
}
