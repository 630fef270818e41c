import { useLocation } from "preact-iso/router";
import { useState } from "preact/hooks";
import { answerOf, api } from "../api.ts";
import { Door } from "../components/door.tsx";
import { Field, Form } from "../components/form.tsx";

/** Making an account, of one's own or by an invitation (`?invitation=`): the address, then the code that was mailed. */
export function Register() {
  const { query } = useLocation();
  const [email, setEmail] = useState<string | null>(null);
  const [isMade, setMade] = useState(false);
  const invitation = query["invitation"];
  const title = invitation ? "Join" : "Make an account";
  if (isMade) {
    return (
      <Door title="Your account is made">
        <p>
          <a class="button" href="/">Sign in</a>
        </p>
      </Door>
    );
  }
  if (email === null) {
    return (
      <Door title={title}>
        <Form
          submit="Send me a code"
          onSubmit={async (data) => {
            const address = String(data.get("email"));
            await answerOf(api.POST("/v1/auth/register", { body: { email: address } }));
            setEmail(address);
          }}
        >
          <Field label="E-mail" name="email" type="email" autocomplete="email" required />
        </Form>
        <p class="fine">
          <a href="/">I have an account</a>
        </p>
      </Door>
    );
  }
  const make = async (data: FormData) => {
    await answerOf(api.POST("/v1/auth/confirm", {
      body: {
        email,
        token: String(data.get("token")).trim(),
        username: String(data.get("username")).toLowerCase(),
        password: String(data.get("password")),
        ...(invitation ? { invitation } : {}),
      },
    }));
    setMade(true);
  };
  return (
    <Door title={title}>
      <p>A code was sent to {email}, unless it has an account.</p>
      <Form
        submit="Make it"
        words={{
          username_taken: "This name is taken; choose another.",
          invalid_token: "The code is wrong, used or too old.",
        }}
        onSubmit={make}
      >
        <Field
          label="Code"
          name="token"
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        <Field
          label="Name"
          name="username"
          autocomplete="username"
          required
          minlength={3}
          maxlength={32}
          hint="3 to 32 letters, digits, dots, dashes."
        />
        <Field
          label="Password"
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
