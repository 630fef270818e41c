import { useLocation } from "preact-iso/router";
import { type ComponentType } from "preact";
import { shareId } from "./api.ts";
import { lazily } from "./components/lazily.tsx";
import { Offline } from "./components/offline.tsx";
import { digestSettings, Inside } from "./inside.tsx";
import { NotFound } from "./screens/not_found.tsx";
import { SignIn } from "./screens/sign_in.tsx";
import { useSession } from "./session.tsx";

/** The pages that need nobody to be signed in, by their path. */
const open: Record<string, ComponentType> = {
  "/register": lazily(() => import("./screens/register.tsx").then(({ Register }) => Register)),
  "/forgot": lazily(() => import("./screens/forgot.tsx").then(({ Forgot }) => Forgot)),
  "/invitations": lazily(() =>
    import("./screens/invitation.tsx").then(({ Invitation }) => Invitation)
  ),
};

const Shared = lazily(() => import("./screens/shared.tsx").then(({ Shared }) => Shared));

/** Every page: those that anybody sees, and those of an organization. */
export function App() {
  const { session } = useSession();
  const { path } = useLocation();
  const isInside = ["/", digestSettings].includes(path) || path.startsWith("/o/");
  const Page = shareId !== null
    ? Shared
    : isInside
    ? (session === null ? SignIn : Inside)
    : open[path] ?? NotFound;
  return (
    <>
      <Offline />
      <Page />
    </>
  );
}
