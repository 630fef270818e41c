import { type ComponentChildren } from "preact";

interface Props {
  facts: [string, ComponentChildren][];
  /** Whether there is room for two beside each other. */
  isWide?: boolean;
}

/** Names with what is known under each. */
export function Facts({ facts, isWide }: Props) {
  return (
    <dl class={isWide ? "facts two" : "facts"}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
