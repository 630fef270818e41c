import { type ComponentChildren, type JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiProblem } from "../api.ts";
import { Failed } from "./failed.tsx";

interface FieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  label: string;
  name: string;
  hint?: string;
}

/** A labelled field. */
export function Field({ label, hint, ...input }: FieldProps) {
  return (
    <label class="field">
      {label}
      <input {...input} />
      {hint && <span class="fine">{hint}</span>}
    </label>
  );
}

interface FormProps {
  submit: string;
  /** Whether it may be sent; it may unless said otherwise. */
  isReady?: boolean;
  onSubmit(data: FormData): Promise<unknown>;
  /** Words for problems of this form, by code. */
  words?: Partial<Record<ApiProblem["code"], string>>;
  children: ComponentChildren;
}

/** A form that sends once at a time and shows what was wrong with what it sent. */
export function Form({ submit, isReady = true, onSubmit, words = {}, children }: FormProps) {
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const send = async (form: HTMLFormElement) => {
    setSending(true);
    setError(null);
    try {
      await onSubmit(new FormData(form));
    } catch (caught) {
      setError(caught);
    } finally {
      setSending(false);
    }
  };
  const said = error instanceof ApiProblem ? words[error.code] : undefined;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      {children}
      {said !== undefined
        ? <p class="wrong" role="alert">{said}</p>
        : error !== null && <Failed error={error} />}
      <button type="submit" class="button" disabled={isSending || !isReady}>
        {isSending ? "One moment…" : submit}
      </button>
    </form>
  );
}
