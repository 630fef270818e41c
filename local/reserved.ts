import type postgres from "postgres";

/** A connection of the driver, as far as it is used here; not part of its documented interface. */
interface Connection {
  onclose: ((reason: Error) => void) | null;
}

/**
 * Puts right what sessions that are reserved for a transaction lack in postgres 3.4.9.
 *
 * They do not notice that their connection is gone: the next statement, the rollback say, is written to no socket, outside of any
 * promise, which ends the process, or to the next session on that connection, outside of the transaction. Here it fails.
 *
 * Calls of functions are prepared, as PostgREST does: what is not prepared is described first, in a trip to the server of its own,
 * and parsed each time. Nothing else is, because what a table's rows look like may change while a connection lives.
 */
export function mendReserved(driver: postgres.Sql): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => {
    const reserved = await reserve();
    const { unsafe, release } = reserved;
    let lost: Error | undefined;
    const watch = (connection: Connection): true => {
      connection.onclose = (reason) => lost = reason;
      return true;
    };
    reserved.unsafe = (text, parameters, options) => {
      // The server has rolled back what it lost; who asks for it wants to tell their own error.
      if (lost && text === "rollback") return Promise.resolve([]) as never;
      if (lost) throw lost;
      const watched = { prepare: isCall(text), onexecute: watch };
      return unsafe(text, parameters, { ...watched, ...options });
    };
    // Its connection is with those to be opened anew already.
    reserved.release = () => lost ? undefined : release();
    return reserved;
  };
}

function isCall(text: string): boolean {
  return text.startsWith("select set_config(") || /^select \* from public\.\w+\(/.test(text);
}
