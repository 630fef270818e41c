import { useState } from "preact/hooks";

/** Code to copy. */
export function Snippet({ code, label = "Code" }: { code: string; label?: string }) {
  const [said, say] = useState("Copy");
  const copy = () =>
    navigator.clipboard.writeText(code).then(() => say("Copied"), () => say("Select and copy"));
  return (
    <div class="snippet">
      <pre tabindex={0} aria-label={label}><code>{code}</code></pre>
      <button type="button" class="quiet" onClick={() => void copy()} aria-live="polite">
        {said}
      </button>
    </div>
  );
}
