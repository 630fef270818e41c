/** How many seconds this process may answer nobody before it is ended. */
const patience = 120;

/**
 * Ends this process when its event loop has stood still for two minutes, and says why. PGlite runs statements in this very thread and
 * has no timers, so it cannot keep to `statement_timeout`, and nobody could ask it to stop, nor press Ctrl-C. What was committed is on
 * disk: the next start recovers as PostgreSQL does after a crash. Answers how to end the watch.
 */
export function endWhenStuck(seconds: number = patience): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("watchdog_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage({ beats, seconds });
  const timer = setInterval(() => Atomics.add(beats, 0, 1), 500);
  Deno.unrefTimer(timer);
  return () => {
    clearInterval(timer);
    worker.terminate();
  };
}
