/** How deep the parts of a payload lie, as far as it matters for finding a push's commits and what is in them. */
const depthOf = { payload: 1, commits: 2, commit: 3 };

const [quote, backslash, colon, comma, letterU] = [0x22, 0x5c, 0x3a, 0x2c, 0x75];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

const commitsKey = "commits";
const fileKeys = ["added", "removed", "modified"];
const longestKey = 8;

/** Bytes that are kept of a text in a commit: a message's first line is all that is read of it. */
export const longestText = 1024;

/**
 * Passes on the JSON of a webhook's payload, piece by piece, with the lists of files of each of a push's commits emptied and the long texts
 * in them cut: they are most of a large one, nobody reads them, and as a whole it would not fit into a function's memory a few times. What
 * it leaves out it does not check; keys written with escapes it does not know.
 */
export class LeanPush {
  #depth = 0;
  #isInCommits = false;
  /** What is left out at present: a list of files until its end at this depth, or the rest of a text. */
  #leftOut: number | "text" | undefined;
  #isInString = false;
  #isEscaped = false;
  /** Digits to come of an escape. */
  #digits = 0;
  /** Bytes of the string so far, and its beginning, which is a key when a colon follows. */
  #length = 0;
  #string = "";
  #key = "";

  /** What to keep of the next bytes, as parts of them. */
  *keptOf(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const before = this.#leftOut;
      this.#read(chunk[at] ?? 0);
      if (this.#leftOut === before) continue;
      if (this.#leftOut === undefined) from = at; // the end of what was left out is kept
      // The beginning of a list is kept, and the character that would be too much is not.
      else if (this.#leftOut === "text") yield chunk.subarray(from, at);
      else yield chunk.subarray(from, at + 1);
    }
    if (this.#leftOut === undefined) yield chunk.subarray(from);
  }

  #read(byte: number): void {
    if (this.#isInString) this.#readInString(byte);
    else if (byte === quote) this.#beginString();
    else if (byte === colon) this.#key = this.#string;
    else if (byte === comma) this.#key = "";
    else if (byte === openBracket) this.#open(true);
    else if (byte === openBrace) this.#open(false);
    else if (byte === closeBrace || byte === closeBracket) this.#close();
  }

  #open(isList: boolean): void {
    if (isList && this.#depth === depthOf.payload) this.#isInCommits = this.#key === commitsKey;
    else if (
      isList && this.#depth === depthOf.commit && this.#isInCommits &&
      this.#leftOut === undefined && fileKeys.includes(this.#key)
    ) this.#leftOut = this.#depth;
    this.#depth++;
    this.#key = "";
  }

  #close(): void {
    this.#depth--;
    this.#key = "";
    if (this.#depth === depthOf.payload) this.#isInCommits = false;
    if (this.#depth === this.#leftOut) this.#leftOut = undefined;
  }

  #beginString(): void {
    this.#isInString = true;
    this.#length = 0;
    this.#string = "";
  }

  #readInString(byte: number): void {
    this.#length++;
    if (this.#digits > 0) this.#digits--;
    else if (this.#isEscaped) {
      this.#isEscaped = false;
      if (byte === letterU) this.#digits = 4;
    } else if (byte === backslash) {
      this.#isEscaped = true;
      this.#string += "\\"; // so that it is no key that is looked for
    } else if (byte === quote) {
      this.#isInString = false;
      if (this.#leftOut === "text") this.#leftOut = undefined;
    } else if (this.#leftOut !== undefined) return;
    else if (this.#length <= longestKey + 1) this.#string += String.fromCharCode(byte);
    else if (this.#length > longestText && this.#isInCommits && isBeginning(byte)) {
      this.#leftOut = "text";
    }
  }
}

/** Whether a character begins with this byte of UTF-8. */
function isBeginning(byte: number): boolean {
  return byte < 0x80 || byte >= 0xc0;
}
