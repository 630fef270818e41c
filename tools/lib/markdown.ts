/** A fenced block of code in a page. */
export interface CodeBlock {
  language: string;
  text: string;
  /** The line of its fence, from 1. */
  line: number;
  /** Marked with `<!-- run -->` on the line before, so that a test executes it. */
  run: boolean;
}

/** A link or picture of a page, as `[text](target)` has it. */
export interface Link {
  target: string;
  line: number;
}

/** The fenced code blocks of a page, in their order. Fences may be indented, as in a list. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: (CodeBlock & { lines: string[]; indent: number }) | undefined;
  let marked = false;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^(\s*)```(\w*)\s*$/.exec(line);
    if (open !== undefined && fence?.[2] === "") {
      const { language, run, lines, line: opened } = open;
      blocks.push({ language, run, line: opened, text: lines.join("\n") + "\n" });
      open = undefined;
      marked = false;
    } else if (open !== undefined) {
      open.lines.push(line.slice(open.indent));
    } else if (fence !== null) {
      const [, indent = "", language = ""] = fence;
      open = {
        language,
        run: marked,
        line: index + 1,
        text: "",
        lines: [],
        indent: indent.length,
      };
    } else if (line.trim() !== "") {
      marked = line.trim() === "<!-- run -->";
    }
  }
  return blocks;
}

/** The page with its fenced blocks blanked out, line by line, so that line numbers stay. */
export function prose(markdown: string): string {
  let inside = false;
  return markdown.split("\n").map((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) inside = !inside;
    return inside || isFence ? "" : line;
  }).join("\n");
}

/** The inline links and pictures of a page, outside code. */
export function links(markdown: string): Link[] {
  return prose(markdown).split("\n").flatMap((line, index) =>
    [...line.replaceAll(/`[^`]*`/g, "").matchAll(/\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)/g)]
      .concat([...line.matchAll(/(?:src|srcset|href)="([^"]+)"/g)])
      .map(([, target = ""]) => ({ target, line: index + 1 }))
  );
}

/** What stands between single backticks in a page, outside fenced blocks. */
export function inlineCode(markdown: string): { text: string; line: number }[] {
  return prose(markdown).split("\n").flatMap((line, index) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => ({ text, line: index + 1 }))
  );
}

/**
 * The anchors of a page's headings as GitHub makes them: lower case, without punctuation, spaces as hyphens, `-1`, `-2` … behind a
 * heading that repeats one before it.
 */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of prose(markdown).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; found.has(anchor); again++) anchor = `${slug}-${again}`;
    found.add(anchor);
  }
  return found;
}
