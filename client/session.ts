import type { components } from "./api.ts";

export type Person = components["schemas"]["Profile"];
type Answer = components["schemas"]["Session"];

/** Somebody signed in: both tokens, when the first ends (milliseconds since 1970), and who it is. */
export interface Session {
  access_token: string;
  refresh_token: string;
  expires_at: number;
  user: Person;
}

/** Where a session is kept, and how the tabs of a browser tell each other. */
export interface SessionPlace {
  read(): Session | null;
  write(session: Session | null): void;
  /** Runs one after the other in all tabs. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Tells all tabs that a refresh token has been spent, so that none spends it again; before the next session is written. */
  spent(refreshToken: string): Promise<void>;
  /** The session there is, once what another tab wrote can be read: never one whose refresh token is known to be spent. */
  settled(): Promise<Session | null>;
}

/** A token that ends within this time is renewed first. */
const spareMilliseconds = 30_000;

/** The session of an answer of `/auth/token` or `/auth/refresh`. */
export function sessionOf(answer: Answer, now: number): Session {
  const { access_token, refresh_token, expires_in, user } = answer;
  return { access_token, refresh_token, user, expires_at: now + expires_in * 1000 };
}

/** Whether a session's access token is good for another moment. */
export function isFresh(session: Session, now: number): boolean {
  return session.expires_at - now > spareMilliseconds;
}

/**
 * The session of the browser: every tab of the page's origin has the same. The refresh token lies where scripts of the origin can
 * read it, so the page must run no script but its own.
 */
export function browserSession(name = "livinglytics.session"): SessionPlace {
  const read = () => parse(localStorage.getItem(name));
  const spentName = (refreshToken: string) => `${name}.spent.${refreshToken}`;
  return {
    read,
    write: (session) => {
      if (session === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(session));
    },
    alone: (work) => navigator.locks.request(name, work),
    // Locks are of the whole browser, and so known to all tabs at once.
    spent: (refreshToken) =>
      new Promise((told, failed) => {
        const hold = () => {
          told();
          return pause(spentMilliseconds);
        };
        navigator.locks.request(spentName(refreshToken), hold).catch(failed);
      }),
    async settled() {
      for (;;) {
        const session = read();
        if (session === null) return null;
        const { held = [] } = await navigator.locks.query();
        if (!held.some((lock) => lock.name === spentName(session.refresh_token))) return session;
        await pause(lookAgainMilliseconds);
      }
    },
  };
}

/**
 * How long a refresh token is told to be spent. Tabs are processes: what one writes into localStorage another may read a moment
 * later, and would spend the token again, which ends the session.
 */
const spentMilliseconds = 10_000;
const lookAgainMilliseconds = 20;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Calls back when another tab signs in or out. */
export function onOtherTab(place: SessionPlace, changed: (session: Session | null) => void) {
  const listen = (event: StorageEvent) => {
    if (event.storageArea === localStorage) changed(place.read());
  };
  addEventListener("storage", listen);
  return () => removeEventListener("storage", listen);
}

function parse(text: string | null): Session | null {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Not what this page has written, so nobody is signed in by it.
    return null;
  }
}
