/** The version of the project and so of this API, as the OpenAPI document and `/health/status` report it; the newest in CHANGELOG.md. */
export const version = "0.2.0";
