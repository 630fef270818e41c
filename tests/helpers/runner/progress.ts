/** How far the test files of one share are, told by what `deno test` prints. */
export class ShareProgress {
  readonly #files: number;
  readonly #changed: () => void;
  readonly #seen = new Set<string>();
  #running = 0;
  #rest = "";
  #ended = false;

  constructor(files: number, changed: () => void) {
    this.#files = files;
    this.#changed = changed;
  }

  /** Files whose tests have all run. A file prints nothing when it ends, so it counts once as many others have printed as run beside it. */
  get done(): number {
    if (this.#ended) return this.#files;
    return Math.max(0, this.#seen.size - this.#running);
  }

  /** The files that follow run `jobs` at a time. */
  runs(jobs: number): void {
    this.#running = jobs;
  }

  /** Takes the next piece of output. */
  hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    const before = this.#seen.size;
    for (const line of lines) {
      const file = fileOf(line);
      if (file !== undefined) this.#seen.add(file);
    }
    if (this.#seen.size > before) this.#changed();
  }

  end(): void {
    this.#ended = true;
    this.#changed();
  }
}

/** The file that a line of `deno test` is about, which it names before each test of files in parallel, else once before all of them. */
function fileOf(line: string): string | undefined {
  // deno-lint-ignore no-control-regex -- colours are control characters
  const plain = line.replaceAll(/\u001b\[[0-9;]*m/g, "");
  const [, before, after] = /^(?:running \d+ tests? from (\S+)|(\S+_test\.ts) => )/.exec(plain) ??
    [];
  return before ?? after;
}

/** Says at every twentieth of all files how many are done. */
export class Progress {
  readonly #total: number;
  readonly #say: (line: string) => void;
  readonly #shares: ShareProgress[] = [];
  readonly #started = performance.now();
  #said = 0;

  constructor(total: number, say: (line: string) => void) {
    this.#total = total;
    this.#say = say;
  }

  share(files: number): ShareProgress {
    const share = new ShareProgress(files, () => this.#update());
    this.#shares.push(share);
    return share;
  }

  #update(): void {
    const done = this.#shares.reduce((sum, share) => sum + share.done, 0);
    if (done - this.#said < this.#total / 20) return;
    this.#said = done;
    const minutes = (performance.now() - this.#started) / 60_000;
    this.#say(`tests: ${done} of ${this.#total} files done after ${minutes.toFixed(1)} min`);
  }
}
