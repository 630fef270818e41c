import { responseHeaders } from "../supabase/functions/_shared/http/document.ts";
import { version } from "../supabase/functions/_shared/http/version.ts";
import { mergeDocuments, type OpenApiDocument } from "./openapi_merge.ts";
import { withOtherMethods } from "./openapi_methods.ts";
import { withMeanings } from "./openapi_parameters.ts";
import { withNullsApart } from "./openapi_schemas.ts";
import { functionNames } from "./project.ts";

/** One OpenAPI 3.1 document of every function's routes. */
export async function generate(): Promise<OpenApiDocument> {
  const documents: OpenApiDocument[] = [];
  for (const name of await functionNames()) {
    const module: FunctionModule = await import(
      new URL(`../supabase/functions/${name}/app.ts`, import.meta.url).href
    );
    documents.push(
      module.app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: name, version } }),
    );
  }
  return withOtherMethods(withMeanings(withNullsApart(mergeDocuments(head, documents))));
}

/** The document as the file has it. */
export function serialize(document: OpenApiDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface FunctionModule {
  app: { getOpenAPI31Document(config: OpenApiDocument): OpenApiDocument };
}

const head: OpenApiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Living Lytics API",
    version,
    description:
      "Takes metrics in, serves a dashboard's tiles, reads GitHub and sends a weekly digest. Errors are RFC 9457 " +
      "problems with a stable `code`. Every response carries `X-Request-Id`. Times are RFC 3339 in UTC; dates are " +
      "days of the organization's time zone, ranges include both ends.",
  },
  servers: [
    {
      url: "https://{ref}.supabase.co/functions",
      description: "A hosted Supabase project",
      variables: {
        ref: { default: "abcdefghijklmnopqrst", description: "The project's reference" },
      },
    },
    { url: "http://127.0.0.1:54321/functions", description: "The local Supabase" },
  ],
  tags: [
    { name: "auth", description: "Signing in and up, one's own profile, passwords" },
    {
      name: "orgs",
      description: "Organizations, people, invitations, API keys, share links, audit log",
    },
    { name: "teams", description: "Who works together, and on what" },
    { name: "metrics", description: "Numbers in, series out" },
    { name: "dora", description: "Delivery: the metrics of DORA, the rows behind them, forecasts" },
    { name: "dashboard", description: "The tiles" },
    { name: "analytics", description: "Product analytics: what events say" },
    { name: "profile", description: "What a developer did with models" },
    { name: "insights", description: "What goes with what, what stood out, and budgets" },
    {
      name: "sessions",
      description:
        "AI-assisted development: calls to models in, sessions and what came of them out",
    },
    { name: "track", description: "Events of people using a product, and who they are" },
    { name: "github", description: "Profile and repositories at GitHub, and its webhooks" },
    { name: "etl", description: "Jobs that keep repositories fresh, their runs, dead letters" },
    { name: "digest", description: "The weekly digest: sending, preview, preferences, delivery" },
    { name: "health", description: "Liveness, readiness, status" },
    { name: "dev", description: "Helpers for development" },
    { name: "docs", description: "This document" },
  ],
  components: {
    headers: responseHeaders,
    securitySchemes: {
      service_bearer: {
        type: "http",
        scheme: "bearer",
        description: "`API_SECRET_KEY` of the deployment, for servers only.",
      },
      secret_key: {
        type: "apiKey",
        in: "header",
        name: "apikey",
        description: "The project's secret key, for servers only.",
      },
      cron_bearer: {
        type: "http",
        scheme: "bearer",
        description: "`DIGEST_CRON_SECRET`, which pg_cron reads from Vault.",
      },
      api_key_bearer: {
        type: "http",
        scheme: "bearer",
        description: "A key of an organization, `ll_…`; it may do what its scopes say.",
      },
      api_key_header: {
        type: "apiKey",
        in: "header",
        name: "apikey",
        description: "The same key as a header.",
      },
      api_key_basic: {
        type: "http",
        scheme: "basic",
        description: "The same key as the user name, without a password, as tracking SDKs send it.",
      },
      share_bearer: {
        type: "http",
        scheme: "bearer",
        description: "What opening a link answered, `lls_…`; it reads what the link shows.",
      },
      user_jwt: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "The access token of a signed-in user, who sees their own organization.",
      },
    },
  },
};
