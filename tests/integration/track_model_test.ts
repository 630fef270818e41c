import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { EventModel, type SentEvent } from "../helpers/analytics/event_model.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

/** Zones whose days have 23, 24 and 25 hours (Lord Howe's 23½ and 24½), and one that never changes. */
const zones = ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"];

const day = 86_400_000;

/** A seeded generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Whatever happens to one organization, as the API and as the model see it. */
class Story {
  readonly #sent: SentEvent[] = [];

  constructor(
    readonly orgId: string,
    readonly model: EventModel,
    readonly next: () => number,
  ) {}

  async step(): Promise<string> {
    const dice = this.next();
    if (dice < 0.55) return await this.#track();
    if (dice < 0.8) return await this.#identify();
    if (dice < 0.9) return await this.#alias();
    return await this.#erase();
  }

  async #track(): Promise<string> {
    const batch = Array.from({ length: 1 + this.#below(25) }, () => this.#event());
    const answer = await api("/track/batch", {
      method: "POST",
      as: "service",
      body: { org_id: this.orgId, batch },
    });
    const { accepted, duplicates } = answer.body;
    assert.deepStrictEqual({ accepted, duplicates }, this.model.track(batch), answer.text);
    return `track ${batch.length}`;
  }

  async #identify(): Promise<string> {
    const user_id = this.#user();
    const anonymous_id = this.next() < 0.7 ? this.#visitor() : undefined;
    const age = this.#one([undefined, null, 10, 17, 18, 40, 41]);
    const gender = this.#one([undefined, "Male", "Female", "Other", "unknown"]);
    await this.#post("/track/identify", { user_id, anonymous_id, age, gender });
    this.model.identify(user_id, anonymous_id, age, gender);
    return `identify ${user_id} ${anonymous_id} ${age} ${gender}`;
  }

  async #alias(): Promise<string> {
    const previous_id = this.#one([this.#user(), this.#visitor()]);
    const user_id = this.#user();
    await this.#post("/track/alias", { previous_id, user_id });
    this.model.alias(previous_id, user_id);
    return `alias ${previous_id} ${user_id}`;
  }

  async #erase(): Promise<string> {
    const key = this.#one([`u:${this.#user()}`, `a:${this.#visitor()}`]);
    const { receipt } = await sqlRow<{ receipt: Record<string, unknown> | null }>(
      "select private.erase_person($1::uuid, private.find_person($1::uuid, $2)) as receipt",
      this.orgId,
      key,
    );
    const found = receipt && {
      events: receipt["events_removed"],
      days: receipt["days_removed"],
      ids: receipt["ids_removed"],
    };
    assert.deepStrictEqual(found, this.model.erase(key), key);
    return `erase ${key}`;
  }

  async #post(path: string, body: Record<string, unknown>): Promise<void> {
    const request = {
      method: "POST",
      as: "service",
      body: { org_id: this.orgId, ...body },
    } as const;
    const answer = await api(path, request);
    assert.strictEqual(answer.status, 200, answer.text);
  }

  /** A new event of the last 230 days, which have a change of the clock, or one that was sent before. */
  #event(): SentEvent {
    const earlier = this.#sent[this.#below(this.#sent.length)];
    if (earlier !== undefined && this.next() < 0.15) return earlier;
    // Half of them where the time zones' midnights are.
    const hour = this.next() < 0.5
      ? this.#one([7, 7.5, 8, 13, 13.25, 18.25, 22, 23])
      : this.next() * 24;
    const midnight = Math.floor(Date.now() / day) * day - day;
    const time = midnight - this.#below(230) * day + Math.round(hour * 3_600_000) +
      this.#one([-1, 0, 1]);
    const ids = this.#one([{}, { user_id: this.#user() }, { anonymous_id: this.#visitor() }]);
    const event = {
      event: this.#one(["open", "save", "close"]),
      event_id: `e${this.#below(1_000_000)}`,
      occurred_at: new Date(time).toISOString(),
      ...ids,
    };
    this.#sent.push(event);
    return event;
  }

  #user = () => `user${this.#below(5)}`;
  #visitor = () => `visitor${this.#below(6)}`;
  #below = (limit: number) => Math.floor(this.next() * limit);
  #one = <Value>(values: Value[]): Value => values[this.#below(values.length)] as Value;
}

async function keptCounts(orgId: string): Promise<string[]> {
  const rows = await sql<{ line: string }>(
    `select c.day || ' ' || n.name || ' ' || c.age_group || ' ' || c.gender || ' ' || c.n as line
     from private.event_counts c join public.event_names n on n.id = c.name_id where c.org_id = $1::uuid`,
    orgId,
  );
  return rows.map(({ line }) => line).toSorted();
}

async function keptActive(orgId: string): Promise<{ day: string; days: number; n: number }[]> {
  return await sql(
    `select to_char(d, 'YYYY-MM-DD') as day, w.days, (
       select coalesce(sum(c.change), 0)::int from private.active_changes c
       where c.org_id = $1::uuid and c.days = w.days and c.day <= d::date) as n
     from generate_series(current_date - 235::int, current_date + 31::int, interval '1 day') d
     cross join (values (1), (7), (30)) as w (days)`,
    orgId,
  );
}

for (const [index, timeZone] of zones.entries()) {
  Deno.test(`counts and active users in ${timeZone} are a naive model's, whatever happens`, async () => {
    const { id } = await newOrganization({ timeZone });
    const story = new Story(id, new EventModel(timeZone), random(20_261_121 + index));
    const told: string[] = [];
    for (let round = 0; round < 6; round++) {
      for (let step = 0; step < 8; step++) told.push(await story.step());
      const when = told.join("\n");
      assert.deepStrictEqual(await keptCounts(id), story.model.counts(), when);
      for (const { day, days, n } of await keptActive(id)) {
        assert.strictEqual(
          n,
          story.model.active(day, days),
          `${days} days to ${day} after\n${when}`,
        );
      }
      await assertExactCounts(id, when);
    }
    assert.ok(story.model.counts().length > 50, "something happened");
  });
}
