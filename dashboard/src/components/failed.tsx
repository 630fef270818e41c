import { useEffect, useState } from "preact/hooks";
import { ApiProblem, Unreachable } from "../api.ts";

interface Props {
  error: unknown;
  /** Tries again what failed; without it there is no button. */
  retry?: () => unknown;
}

/** What went wrong in plain words: its fields, the id to ask about it with, and a way to try again. */
export function Failed({ error, retry }: Props) {
  const problem = error instanceof ApiProblem ? error : null;
  const left = useCountdown(problem?.retryAfter ?? null, error);
  return (
    <section class="failed" role="alert">
      <h2>{titleOf(error)}</h2>
      <p>{detailOf(error)}</p>
      {problem !== null && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <button
          type="button"
          class="button"
          disabled={left > 0}
          onClick={() => void retry()}
        >
          {left > 0 ? `Try again in ${left} s` : "Try again"}
        </button>
      )}
      {problem !== null && (
        <p class="fine">
          {problem.status} {problem.code}, request <code>{problem.requestId}</code>
        </p>
      )}
    </section>
  );
}

function titleOf(error: unknown): string {
  if (error instanceof Unreachable) return "The API does not answer";
  if (!(error instanceof ApiProblem)) return "This page has a fault";
  switch (error.status) {
    case 401:
      return "You are signed out";
    case 403:
      return "Your role may not do this";
    case 404:
      return "There is no such thing, or it is not yours";
    case 422:
      return "Something about the request is not right";
    case 429:
      return "Too many requests";
    case 503:
      return "The service is not ready";
    default:
      return "That did not work";
  }
}

function detailOf(error: unknown): string {
  if (error instanceof Unreachable) {
    return "Look at your network; if it is fine, the service may be starting.";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Seconds left until it may be tried again, counting down by the clock. */
function useCountdown(seconds: number | null, error: unknown): number {
  const [left, setLeft] = useState(seconds ?? 0);
  useEffect(() => {
    if (seconds === null) return setLeft(0);
    const until = Date.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [seconds, error]);
  return left;
}
