import { useEffect, useState } from "preact/hooks";
import { api, type Schemas } from "./api.ts";

type Run = Schemas["EtlRun"];

/** Between the end of one stream of news and the beginning of the next, in milliseconds. */
const pause = 1000;

/** A run as it goes on, from the stream of its events; null until the first has come, or where there is none to follow. */
export function useRunProgress(id: string | null, ended: () => void): Run | null {
  const [run, setRun] = useState<Run | null>(null);
  useEffect(() => {
    setRun(null);
    if (id === null) return;
    const stop = new AbortController();
    follow(id, stop.signal, setRun).then(ended, () => {
      // The list of jobs tells of the run as well, if later: nothing is lost where its stream breaks.
    });
    return () => stop.abort();
  }, [id]);
  return run;
}

/** Is told of every change of a run until it is over. */
async function follow(id: string, signal: AbortSignal, told: (run: Run) => void): Promise<void> {
  for (;;) {
    const { data, response } = await api.GET("/v1/etl/runs/{id}/events", {
      params: { path: { id } },
      parseAs: "stream",
      signal,
    });
    if (response.status !== 200 || !data) return;
    for await (const run of runsOf(data)) {
      told(run);
      if (run.state === "FINISHED" || run.state === "FAILED") return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal.throwIfAborted();
  }
}

/** The runs in a stream of Server-Sent Events, each the data of one. */
async function* runsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Run> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data:"))
          .map((line) => line.slice(5)).join("\n");
        if (data.trim() !== "") yield JSON.parse(data);
      }
    }
  } finally {
    await reader.cancel();
  }
}
