import { z } from "@hono/zod-openapi";
import { AgeGroupSchema, GenderSchema } from "./schemas.ts";

/** What is known of a person. */
export const PersonSchema = z.object({
  ids: z.array(z.string()).openapi({ example: ["u:4711", "a:5f3c"] }),
  known: z.boolean(),
  age: z.int().nullable(),
  age_group: AgeGroupSchema,
  gender: GenderSchema,
  traits: z.record(z.string(), z.unknown()),
  first_seen_at: z.string().nullable(),
  last_seen_at: z.string().nullable(),
  created_at: z.string(),
}).openapi("AnalyticsPerson");

export type Person = z.output<typeof PersonSchema>;

export const ExportedEventSchema = z.object({
  event: z.string(),
  event_id: z.string(),
  occurred_at: z.string(),
  day: z.string(),
  sent_at: z.string(),
  received_at: z.string(),
  clamped: z.boolean(),
  properties: z.record(z.string(), z.unknown()),
}).openapi("ExportedEvent");

export type ExportedEvent = z.output<typeof ExportedEventSchema>;

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
