import { useEffect, useState } from "preact/hooks";

/** A line at the top while the browser has no network. */
export function Offline() {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const follow = () => setOnline(navigator.onLine);
    addEventListener("online", follow);
    addEventListener("offline", follow);
    return () => {
      removeEventListener("online", follow);
      removeEventListener("offline", follow);
    };
  }, []);
  if (isOnline) return null;
  return (
    <p class="offline" role="status">
      You are offline. What is shown is what was last read.
    </p>
  );
}
