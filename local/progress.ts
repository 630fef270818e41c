/** Tells how far the start is. */
export interface Progress {
  tell(text: string): void;
  /** Leaves the line to others. */
  end(): void;
}

/** On a terminal one line that changes, else a line for each word. */
export function startProgress(): Progress {
  if (!Deno.stdout.isTerminal()) return { tell: (text) => console.log(text), end: () => {} };
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  return {
    tell: (text) => write(`\r\u001b[2K${text}`),
    end: () => write("\r\u001b[2K"),
  };
}
