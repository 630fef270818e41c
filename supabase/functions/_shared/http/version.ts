/** The version of this API, as its OpenAPI document and `/health/status` report it. */
export const version = "0.1.0";
