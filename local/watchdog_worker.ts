/** What watchdog.ts sends: a counter that goes up while the process lives, and for how many seconds it may stand still. */
interface Watch {
  beats: Int32Array;
  seconds: number;
}

globalThis.addEventListener("message", (event) => {
  const { beats, seconds } = (event as MessageEvent<Watch>).data;
  let last = 0;
  let silent = 0;
  // Counted and not measured: a machine that slept has not been stuck.
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    silent = now === last ? silent + 1 : 0;
    last = now;
    if (silent < seconds) return;
    const text = `No answer for ${seconds} s: a statement ran on, and PGlite cannot stop one. ` +
      "What was committed is kept. Start again, or use a server by DATABASE_URL, which keeps to statement_timeout.\n";
    Deno.stderr.writeSync(new TextEncoder().encode(text));
    Deno.kill(Deno.pid, "SIGKILL");
  }, 1000);
});
