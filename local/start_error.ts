/** A reason not to start that the person at the keyboard can act on: one line, no stack trace. */
export class StartError extends Error {
  override name = "StartError";
}
