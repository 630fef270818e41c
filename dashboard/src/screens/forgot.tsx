import { useState } from "preact/hooks";
import { answerOf, api } from "../api.ts";
import { Door } from "../components/door.tsx";
import { Field, Form } from "../components/form.tsx";

/** A new password for one that was forgotten: first the address, then the code that was mailed. */
export function Forgot() {
  const [email, setEmail] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  if (isDone) {
    return (
      <Door title="Your new password is set">
        <p>
          <a class="button" href="/">Sign in with it</a>
        </p>
      </Door>
    );
  }
  if (email === null) {
    return (
      <Door title="Forgot your password?">
        <Form
          submit="Send me a code"
          onSubmit={async (data) => {
            const address = String(data.get("email"));
            await answerOf(api.POST("/v1/auth/forgot-password", { body: { email: address } }));
            setEmail(address);
          }}
        >
          <Field label="E-mail" name="email" type="email" autocomplete="email" required />
        </Form>
        <p class="fine">
          <a href="/">Back to sign in</a>
        </p>
      </Door>
    );
  }
  return (
    <Door title="A new password">
      <p>If {email} has an account, a code is in its mail.</p>
      <Form
        submit="Set it"
        words={{ invalid_token: "The code is wrong, used or too old." }}
        onSubmit={async (data) => {
          const body = {
            email,
            token: String(data.get("token")).trim(),
            password: String(data.get("password")),
          };
          await answerOf(api.POST("/v1/auth/reset-password", { body }));
          setDone(true);
        }}
      >
        <Field
          label="Code"
          name="token"
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        <Field
          label="New password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minlength={8}
          hint="At least 8 characters."
        />
      </Form>
    </Door>
  );
}
