/** What the functions of this process log. */
export interface CapturedLog {
  containing(text: string): string[];
  stop(): void;
}

/** How many lines are kept. */
const capacity = 20_000;

/** Keeps console lines instead of printing them, so that results stay readable; TEST_LOG=1 prints them too. */
export function captureLog(): CapturedLog {
  const printed = Boolean(Deno.env.get("TEST_LOG"));
  const original = { log: console.log, error: console.error };
  const lines: string[] = [];
  const keep = (...parts: unknown[]) => {
    const line = parts.map((part) => typeof part === "string" ? part : Deno.inspect(part)).join(
      " ",
    );
    lines.push(line);
    if (lines.length > capacity) lines.shift();
    // A function that does not load makes every test of it fail for a reason only this line tells.
    if (printed || line.includes("failed to boot")) original.error(line);
  };
  Object.assign(console, { log: keep, error: keep });
  return {
    containing: (text) => lines.filter((line) => line.includes(text)),
    stop: () => {
      Object.assign(console, original);
    },
  };
}
