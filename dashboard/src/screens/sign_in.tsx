import { type ComponentChildren } from "preact";
import { Door } from "../components/door.tsx";
import { Field, Form } from "../components/form.tsx";
import { useSession } from "../session.tsx";

interface Props {
  title?: string;
  /** What is said before the fields. */
  children?: ComponentChildren;
}

/** The way in; the address that was asked for is shown once it is open. */
export function SignIn({ title = "Sign in", children }: Props) {
  const { signIn } = useSession();
  return (
    <Door title={title}>
      {children}
      <Form
        submit="Sign in"
        words={{
          sign_in_failed: "No such name and password, or the address is not confirmed yet.",
        }}
        onSubmit={(data) => signIn(String(data.get("username")), String(data.get("password")))}
      >
        <Field label="Name or e-mail" name="username" autocomplete="username" required />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
      </Form>
      <p class="fine">
        <a href="/forgot">Forgot your password?</a>
        {children === undefined && (
          <>
            {" "}
            · <a href="/register">Make an account</a>
          </>
        )}
      </p>
    </Door>
  );
}
