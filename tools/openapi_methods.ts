import { exampleProblem } from "../supabase/functions/_shared/http/document.ts";
import { Problem } from "../supabase/functions/_shared/http/problem.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

interface Operation {
  responses: Record<string, { content?: unknown }>;
}

/**
 * The document with what a path answers to the methods that it does not have. OpenAPI has no place for that but beside those that
 * it has, so it stands there: the same at each operation of a path.
 */
export function withOtherMethods<Document extends { paths?: Record<string, unknown> }>(
  document: Document,
): Document {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, Operation>);
    const refusal = refusalOf(operations.map(([method]) => method.toUpperCase()));
    return [
      path,
      Object.fromEntries(operations.map(([method, operation]) => [
        method,
        {
          ...operation,
          responses: {
            ...operation.responses,
            "405": { ...refusal, ...contentOf(operation.responses["405"]) },
          },
        },
      ])),
    ];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** How a route words it that has words of its own. */
function contentOf(response: { content?: unknown } | undefined) {
  return response?.content === undefined ? {} : { content: response.content };
}

function refusalOf(known: string[]) {
  const allowed = methods.filter((method) => known.includes(method))
    .flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
  const other = methods.find((method) => !known.includes(method)) ?? "TRACE";
  const problem = new Problem(
    "method_not_allowed",
    `${other} is not one of ${allowed.join(", ")}`,
  );
  return {
    description: "To any other method: Method not allowed (`method_not_allowed`)",
    headers: {
      "X-Request-Id": { $ref: "#/components/headers/XRequestId" },
      Allow: {
        description: "The methods of this path.",
        required: true,
        schema: { type: "string", enum: [[...allowed, "OPTIONS"].join(", ")] },
      },
    },
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: { method_not_allowed: exampleProblem(problem) },
      },
    },
  };
}
