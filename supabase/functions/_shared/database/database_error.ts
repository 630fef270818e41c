/** What the database said. `sqlstate` is empty when nobody there answered: the data API or something before it did. */
export class DatabaseError extends Error {
  override name = "DatabaseError";

  constructor(readonly sqlstate: string, message: string) {
    super(`${sqlstate || "no SQLSTATE"}: ${message}`);
  }
}

/** The SQLSTATE behind an error, by its chain of causes; empty when the database said nothing. */
export function sqlstateOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof DatabaseError) return one.sqlstate;
  }
  return "";
}
