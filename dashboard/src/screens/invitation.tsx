import { useMutation } from "@tanstack/preact-query";
import { useLocation } from "preact-iso/router";
import { answerOf, api, ApiProblem, queries } from "../api.ts";
import { Door } from "../components/door.tsx";
import { Failed } from "../components/failed.tsx";
import { useSession } from "../session.tsx";
import { SignIn } from "./sign_in.tsx";

/** Where the link of an invitation leads (`?token=`): to join with an account, or to make one first. */
export function Invitation() {
  const { query, route } = useLocation();
  const { session, signOut } = useSession();
  const token = query["token"] ?? "";
  const accept = useMutation({
    mutationFn: () => answerOf(api.POST("/v1/orgs/invitations/accept", { body: { token } })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      route(`/o/${id}/overview`);
    },
  });
  if (session === null) {
    return (
      <SignIn title="You are invited">
        <p>
          Sign in with the address that the invitation went to, or{" "}
          <a href={`/register?invitation=${encodeURIComponent(token)}`}>make an account</a> with it.
        </p>
      </SignIn>
    );
  }
  const isGone = accept.error instanceof ApiProblem &&
    (accept.error.status === 404 || accept.error.status === 422);
  return (
    <Door title="You are invited">
      <p>You are signed in as {session.user.email}.</p>
      {isGone
        ? (
          <p class="wrong" role="alert">
            This invitation is for another address, was used or revoked, or has expired.
          </p>
        )
        : accept.isError && <Failed error={accept.error} />}
      <p>
        <button
          type="button"
          class="button"
          disabled={accept.isPending}
          onClick={() => accept.mutate()}
        >
          Join
        </button>
      </p>
      <p class="fine">
        <button type="button" class="quiet" onClick={() => void signOut().catch(() => {})}>
          Sign in as somebody else
        </button>
      </p>
    </Door>
  );
}
