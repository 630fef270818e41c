import type { ExportedEvent, Person } from "./types.ts";

export type ReadPage = (after: ExportedEvent | undefined) => Promise<ExportedEvent[]>;

/** Everything of a person as one JSON document, page by page. */
export async function* exportJson(person: Person, readPage: ReadPage): AsyncGenerator<string> {
  yield `{"person":${JSON.stringify(person)},"events":[`;
  let separator = "\n";
  for await (const event of pages(readPage)) {
    yield separator + JSON.stringify(event);
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** The same as lines: `{type: "person", …}`, then `{type: "event", …}` for each event, the oldest first. */
export async function* exportNdjson(person: Person, readPage: ReadPage): AsyncGenerator<string> {
  yield `${JSON.stringify({ type: "person", ...person })}\n`;
  for await (const event of pages(readPage)) {
    yield `${JSON.stringify({ type: "event", ...event })}\n`;
  }
}

async function* pages(readPage: ReadPage): AsyncGenerator<ExportedEvent> {
  let after: ExportedEvent | undefined;
  for (;;) {
    const page = await readPage(after);
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1);
  }
}
