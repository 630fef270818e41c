import type postgres from "postgres";

/**
 * Makes the driver prepare calls of functions, as PostgREST does: what is not prepared is described first, in a trip to the
 * server of its own, and parsed each time. Nothing else is prepared, because what a table's rows look like may change while a
 * connection lives.
 */
export function prepareCalls(driver: postgres.Sql): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => {
    const reserved = await reserve();
    const { unsafe } = reserved;
    reserved.unsafe = (text, parameters, options) =>
      unsafe(text, parameters, { prepare: isCall(text), ...options });
    return reserved;
  };
}

function isCall(text: string): boolean {
  return text.startsWith("select set_config(") || /^select \* from public\.\w+\(/.test(text);
}
