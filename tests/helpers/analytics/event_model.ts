/** A person of the model. */
interface Person {
  keys: Set<string>;
  known: boolean;
  age: number | null;
  gender: string;
  /** The places of the calls that said so, 0 before any. */
  said: { age: number; gender: number };
}

interface ModelEvent {
  identity: string;
  name: string;
  day: string;
  person: Person | null;
}

/** An event as it is sent in our own format. */
export interface SentEvent {
  event: string;
  event_id: string;
  occurred_at: string;
  user_id?: string;
  anonymous_id?: string;
}

/** What DEFINITIONS says of events, persons and counts, in the plainest way: everything is recounted from a list. */
export class EventModel {
  #events: ModelEvent[] = [];
  #accepted = new Set<string>();
  #persons = new Set<Person>();
  #calls = 0;
  readonly #dayOf: (time: string) => string;

  constructor(timeZone: string) {
    const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    this.#dayOf = (time) => format.format(new Date(time));
  }

  track(batch: SentEvent[]): { accepted: number; duplicates: number } {
    let accepted = 0;
    for (const { event: name, event_id, occurred_at, user_id, anonymous_id } of batch) {
      const identity = `${event_id} ${occurred_at}`;
      if (this.#accepted.has(identity)) continue;
      this.#accepted.add(identity);
      const key = user_id ? `u:${user_id}` : anonymous_id ? `a:${anonymous_id}` : null;
      const person = key === null ? null : this.#person(key);
      this.#events.push({ identity, name, day: this.#dayOf(occurred_at), person });
      accepted++;
    }
    return { accepted, duplicates: batch.length - accepted };
  }

  identify(userId: string, anonymousId: string | undefined, age?: number | null, gender?: string) {
    const into = this.#person(`u:${userId}`);
    if (anonymousId !== undefined) {
      const from = this.#person(`a:${anonymousId}`);
      if (!from.known) this.#merge(from, into);
    }
    this.#calls += 1;
    if (age !== undefined) {
      into.age = age;
      into.said.age = this.#calls;
    }
    if (gender !== undefined) {
      into.gender = gender;
      into.said.gender = this.#calls;
    }
  }

  alias(previousId: string, userId: string) {
    const into = this.#person(`u:${userId}`);
    for (const key of [`a:${previousId}`, `u:${previousId}`]) this.#merge(this.#person(key), into);
  }

  erase(key: string): { events: number; days: number; ids: number } | null {
    const person = [...this.#persons].find(({ keys }) => keys.has(key));
    if (person === undefined) return null;
    const theirs = this.#events.filter((event) => event.person === person);
    this.#events = this.#events.filter((event) => event.person !== person);
    this.#persons.delete(person);
    const days = new Set(theirs.map(({ day }) => day)).size;
    return { events: theirs.length, days, ids: person.keys.size };
  }

  /** `day name age_group gender n`, sorted. */
  counts(): string[] {
    const counts = new Map<string, number>();
    for (const { day, name, person } of this.#events) {
      const key = `${day} ${name} ${ageGroup(person?.age ?? null)} ${person?.gender ?? "unknown"}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, n]) => `${key} ${n}`).toSorted();
  }

  /** Distinct persons with an event in so many days ending on a day. */
  active(day: string, days: number): number {
    const last = Date.parse(day);
    const persons = this.#events.filter(({ day, person }) => {
      const age = (last - Date.parse(day)) / 86_400_000;
      return person !== null && age >= 0 && age < days;
    });
    return new Set(persons.map(({ person }) => person)).size;
  }

  #person(key: string): Person {
    const found = [...this.#persons].find(({ keys }) => keys.has(key));
    if (found) return found;
    const person = {
      keys: new Set([key]),
      known: key.startsWith("u:"),
      age: null,
      gender: "unknown",
      said: { age: 0, gender: 0 },
    };
    this.#persons.add(person);
    return person;
  }

  #merge(from: Person, into: Person): void {
    if (from === into) return;
    for (const event of this.#events) if (event.person === from) event.person = into;
    for (const key of from.keys) into.keys.add(key);
    into.known ||= from.known;
    const { said } = into;
    if (from.age !== null && (into.age === null || from.said.age > said.age)) into.age = from.age;
    const isGenderNews = into.gender === "unknown" || from.said.gender > said.gender;
    if (from.gender !== "unknown" && isGenderNews) into.gender = from.gender;
    said.age = Math.max(said.age, from.said.age);
    said.gender = Math.max(said.gender, from.said.gender);
    this.#persons.delete(from);
  }
}

function ageGroup(age: number | null): string {
  if (age === null) return "unknown";
  return age <= 17 ? "<18" : age <= 40 ? "18-40" : ">40";
}
