/** Keeps a value in this tab, until it is closed. */
export function tabPlace<Value>(name: string) {
  return {
    read(): Value | null {
      const text = sessionStorage.getItem(name);
      if (text === null) return null;
      try {
        return JSON.parse(text);
      } catch {
        // Not what this page has written.
        return null;
      }
    },
    write(value: Value | null) {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, JSON.stringify(value));
    },
  };
}
