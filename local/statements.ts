/** A piece of a script: whole statements, and where in the script they begin. */
export interface Piece {
  sql: string;
  /** In characters of the script. */
  start: number;
}

/**
 * A script in pieces of whole statements, each as short as `size` characters allow, so that somebody can be told how far it is. It
 * ends a statement at a semicolon outside of quotes, dollar quotes and comments; a body by `begin atomic` it does not know.
 */
export function piecesOf(script: string, size: number): Piece[] {
  if (/\bbegin\s+atomic\b/i.test(script)) return [{ sql: script, start: 0 }];
  const pieces: Piece[] = [];
  let start = 0;
  for (const end of statementEnds(script)) {
    if (end - start < size) continue;
    pieces.push({ sql: script.slice(start, end), start });
    start = end;
  }
  const rest = script.slice(start);
  if (rest.trim() !== "" || pieces.length === 0) pieces.push({ sql: rest, start });
  return pieces;
}

/** What a semicolon may hide in, or the semicolon itself. */
const TOKEN =
  /--[^\n]*|\/\*|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$([A-Za-z_]\w*)?\$|;/g;

function* statementEnds(script: string): Generator<number> {
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(script); found; found = TOKEN.exec(script)) {
    const [token] = found;
    if (token === ";") yield TOKEN.lastIndex;
    else if (token === "/*") TOKEN.lastIndex = endOfComment(script, found.index);
    else if (token.startsWith("$")) {
      const close = script.indexOf(token, TOKEN.lastIndex);
      TOKEN.lastIndex = close === -1 ? script.length : close + token.length;
    }
  }
}

/** Block comments nest. */
function endOfComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return script.length;
}
