import { type ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

interface Props {
  /** What the button is called by those who do not see it. */
  label: string;
  /** What the button shows. */
  mark: ComponentChildren;
  kind?: string;
  children: ComponentChildren;
}

/** A small button that opens a text beside it; Escape or a click elsewhere closes it. */
export function Popover({ label, mark, kind = "mark", children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const place = () => {
    if (!button.current || !panel.current) return;
    const at = button.current.getBoundingClientRect();
    const { style, offsetWidth, offsetHeight } = panel.current;
    const below = at.bottom + offsetHeight + 12 < innerHeight;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - offsetWidth - 8))}px`;
    style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - offsetHeight - 6)}px`;
  };
  return (
    <>
      <button ref={button} type="button" class={kind} popovertarget={id} aria-label={label}>
        {mark}
      </button>
      <div ref={panel} id={id} popover="auto" class="popover" onToggle={place}>
        {children}
      </div>
    </>
  );
}
