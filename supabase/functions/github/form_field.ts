const [plus, percent, equals, ampersand, space] = [0x2b, 0x25, 0x3d, 0x26, 0x20];

/** The bytes of one field of a form as it comes, `application/x-www-form-urlencoded`: those of the first field of that name. */
export class FormField {
  readonly #name: string;
  #state: "name" | "value" | "other" | "over" = "name";
  #read = "";
  /** What has come of a `%` and its two digits. */
  #escape = "";

  constructor(name: string) {
    this.#name = name;
  }

  /** What the next bytes of the form have of the field. */
  of(chunk: Uint8Array): Uint8Array {
    // An escape that began in the last chunk and is none after all is longer than what there is of it in this.
    const decoded = new Uint8Array(chunk.length + 2);
    let length = 0;
    for (const byte of chunk) {
      if (this.#state === "over") break;
      if (this.#state === "value") {
        length = this.#decode(byte, decoded, length);
      } else if (byte === ampersand) {
        const isEmpty = this.#state === "name" && this.#read === this.#name;
        this.#state = isEmpty ? "over" : "name";
        this.#read = "";
      } else if (this.#state === "name") {
        if (byte === equals) this.#state = this.#read === this.#name ? "value" : "other";
        else if (this.#read.length <= this.#name.length) this.#read += String.fromCharCode(byte);
      }
    }
    return decoded.subarray(0, length);
  }

  #decode(byte: number, to: Uint8Array, length: number): number {
    let end = length;
    if (this.#escape !== "") {
      this.#escape += String.fromCharCode(byte);
      if (/^%[\da-f]{2}$/i.test(this.#escape)) {
        to[end++] = parseInt(this.#escape.slice(1), 16);
        this.#escape = "";
        return end;
      }
      if (/^%[\da-f]$/i.test(this.#escape)) return end;
      for (const kept of this.#escape.slice(0, -1)) to[end++] = kept.charCodeAt(0);
      this.#escape = "";
    }
    if (byte === ampersand) this.#state = "over";
    else if (byte === percent) this.#escape = "%";
    else to[end++] = byte === plus ? space : byte;
    return end;
  }
}
