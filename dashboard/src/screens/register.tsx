import { useLocation } from "preact-iso/router";
import { useState } from "preact/hooks";
import { answerOf, api } from "../api.ts";
import { Door } from "../components/door.tsx";
import { Field, Form } from "../components/form.tsx";

/** Making an account, of one's own or by an invitation (`?invitation=`). */
export function Register() {
  const { query } = useLocation();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const invitation = query["invitation"];
  if (sentTo !== null) {
    return (
      <Door title="Look into your mail">
        <p>A link was sent to {sentTo}. It makes your account; then you can sign in.</p>
        <p>
          <a href="/">To sign in</a>
        </p>
      </Door>
    );
  }
  const submit = async (data: FormData) => {
    const email = String(data.get("email"));
    await answerOf(api.POST("/v1/auth/register", {
      body: {
        email,
        username: String(data.get("username")).toLowerCase(),
        password: String(data.get("password")),
        ...(invitation ? { invitation } : {}),
      },
    }));
    setSentTo(email);
  };
  return (
    <Door title={invitation ? "Join" : "Make an account"}>
      <Form
        submit="Make it"
        words={{ username_taken: "This name is taken; choose another." }}
        onSubmit={submit}
      >
        <Field label="E-mail" name="email" type="email" autocomplete="email" required />
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
      <p class="fine">
        <a href="/">I have an account</a>
      </p>
    </Door>
  );
}
