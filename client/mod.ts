export type { components, paths } from "./api.ts";
export { createReader, type ReaderOptions } from "./reader.ts";
export {
  answerOf,
  type Api,
  type ClientOptions,
  createClient,
  type LivingLytics,
  type Schemas,
} from "./client.ts";
export { ApiProblem, Unreachable } from "./problem.ts";
export {
  browserSession,
  isFresh,
  onOtherTab,
  type Person,
  type Session,
  sessionOf,
  type SessionPlace,
} from "./session.ts";
