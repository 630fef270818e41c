import { type ComponentChildren } from "preact";
import { Snippet } from "./snippet.tsx";

interface Props {
  title: string;
  children?: ComponentChildren;
  /** What to paste to have something here, with the real address. */
  snippet?: string;
}

/** What stands where there is nothing yet: why, and the exact way to change that. */
export function Empty({ title, children, snippet }: Props) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
      {snippet !== undefined && <Snippet code={snippet} />}
    </section>
  );
}
