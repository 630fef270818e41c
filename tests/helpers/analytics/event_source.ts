/** A Server-Sent Event. */
export interface ServerEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

export interface Events {
  status: number;
  contentType: string;
  /** What the server said to wait before coming back, in milliseconds. */
  retry: number | undefined;
  /** The ids of the events so far. */
  ids: string[];
  /** The next event; undefined when the stream has ended. */
  next(): Promise<ServerEvent | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a stream of events and reads it as a browser's EventSource does: fields by line, an event at each empty line, comments
 * ignored. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function openEvents(url: string, token: string, lastId?: string): Promise<Events> {
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      ...(lastId === undefined ? {} : { "last-event-id": lastId }),
    },
  });
  const reader = (response.body ?? new ReadableStream({ start: (stream) => stream.close() }))
    .pipeThrough(new TextDecoderStream()).getReader();
  let buffered = "";
  const events: Events = {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    retry: undefined,
    ids: [],
    close: () => reader.cancel(),
    async next() {
      for (;;) {
        const end = buffered.indexOf("\n\n");
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) return undefined;
          buffered += value;
          continue;
        }
        const block = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        const fields = fieldsOf(block);
        if (fields["retry"] !== undefined) events.retry = Number(fields["retry"]);
        const { id, event, data } = fields;
        if (data === undefined) continue;
        events.ids.push(id ?? "");
        return { id: id ?? "", event: event ?? "message", data: JSON.parse(data) };
      }
    },
  };
  if (response.status === 204) await reader.cancel();
  return events;
}

function fieldsOf(block: string): Record<string, string | undefined> {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (name === "") continue; // a comment
    fields[name] = name === "data" && fields[name] !== undefined
      ? `${fields[name]}\n${value}`
      : value;
  }
  return fields;
}
