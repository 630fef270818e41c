/** What postgres.js and sockets say of a connection that is gone. */
const codes = /^(57P0\d|53300|08\d{3}|CONNECT(ION)?_\w+|ECONN\w+|EPIPE|ETIMEDOUT)$/;

/**
 * Whether an error tells only that a database server took a connection away. postgres.js throws some of these from its sockets'
 * events, where no caller can catch them; whoever asked for something has been told by then.
 */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return codes.test(code) || /[\\/]postgres@\d/.test(error.stack ?? "");
}

/** Says so of each such error instead of ending the process; every other ends it as before. */
export function surviveLostConnections(say: (text: string) => void): void {
  const judge = (event: Event, error: unknown) => {
    if (!isLostConnection(error)) return;
    event.preventDefault();
    say(`The database took a connection away: ${error instanceof Error ? error.message : error}`);
  };
  globalThis.addEventListener("error", (event) => judge(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => judge(event, event.reason));
}
