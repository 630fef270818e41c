import { type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failed } from "./failed.tsx";
import { Skeleton } from "./skeleton.tsx";

/** A screen whose code is loaded when it is first shown, with a skeleton of `height` pixels until then. */
export function lazily(load: () => Promise<ComponentType>, height = 480): ComponentType {
  let loaded: ComponentType | undefined;
  return function Lazy() {
    const [Screen, setScreen] = useState<{ is: ComponentType } | null>(
      loaded ? { is: loaded } : null,
    );
    const [error, setError] = useState<unknown>(null);
    useEffect(() => {
      if (Screen !== null || error !== null) return;
      load().then((screen) => {
        loaded = screen;
        setScreen({ is: screen });
      }, setError);
    }, [Screen, error]);
    if (error !== null) return <Failed error={error} retry={() => setError(null)} />;
    return Screen === null ? <Skeleton height={height} /> : <Screen.is />;
  };
}
