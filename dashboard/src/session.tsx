import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { onOtherTab, type Session } from "../../client/mod.ts";
import { endedEvent, livingLytics, place, queries } from "./api.ts";

interface SignedIn {
  session: Session | null;
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
}

const Context = createContext<SignedIn | null>(null);

/** Who is signed in, and a way in and out; the same in all tabs. */
export function useSession(): SignedIn {
  const context = useContext(Context);
  if (context === null) throw new Error("outside of SessionProvider");
  return context;
}

/** Keeps who is signed in. Whatever somebody has read is forgotten before somebody else sees the page. */
export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [session, setSession] = useState(place.read);

  useEffect(() => {
    const follow = () => {
      const current = place.read();
      setSession((before) => {
        if (before?.user.id !== current?.user.id) queries.clear();
        return current;
      });
    };
    const stop = onOtherTab(place, follow);
    addEventListener(endedEvent, follow);
    return () => {
      stop();
      removeEventListener(endedEvent, follow);
    };
  }, []);

  const value: SignedIn = {
    session,
    async signIn(username, password) {
      const next = await livingLytics.signIn(username, password);
      queries.clear();
      setSession(next);
    },
    async signOut() {
      const ended = livingLytics.signOut();
      queries.clear();
      setSession(null);
      await ended;
    },
  };
  return <Context.Provider value={value}>{children}</Context.Provider>;
}
