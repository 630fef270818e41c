import { type ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Mark } from "./frame.tsx";

/** A page before signing in. */
export function Door({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Living Lytics`;
  }, [title]);
  return (
    <main class="door">
      <p class="brand">
        <Mark />
        <span>Living Lytics</span>
      </p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
