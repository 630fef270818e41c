import { type ComponentChildren } from "preact";
import { useShared } from "../organization.tsx";
import { Snippet } from "./snippet.tsx";

interface Props {
  title: string;
  children?: ComponentChildren;
  /** What to paste to have something here, with the real address. */
  snippet?: string;
}

/** What stands where there is nothing yet: why, and the exact way to change that. */
export function Empty({ title, children, snippet }: Props) {
  // Whoever reads by a link cannot change it.
  const isShared = useShared() !== null;
  return (
    <section class="empty">
      <h2>{title}</h2>
      {!isShared && children}
      {!isShared && snippet !== undefined && <Snippet code={snippet} />}
    </section>
  );
}
