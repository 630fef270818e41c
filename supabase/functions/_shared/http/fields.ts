import { z } from "@hono/zod-openapi";

// Fields of answers as the database gives them: named in the document, and held against it by tests, not at every request.

/** A day, `YYYY-MM-DD`. */
export const dateField = z.string().openapi({ format: "date" });

/** An instant, RFC 3339. */
export const timeField = z.string().openapi({ format: "date-time" });

/** An id of ours. */
export const idField = z.string().openapi({ format: "uuid" });

/** An e-mail address. */
export const emailField = z.string().openapi({ format: "email" });
