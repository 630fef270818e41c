/** The callers of a route, one column each of {@link accessTable}. */
export const actors = [
  "nobody",
  "wrong_bearer",
  "wrong_apikey",
  "forged_jwt",
  "expired_jwt",
  "wrong_audience",
  "revoked_key",
  "cron",
  "service",
  "secret_key",
  "admin_key",
  "read_key",
  "ingest_key",
  "other_key",
  "owner",
  "admin",
  "member",
  "viewer",
  "stranger",
] as const;
export type Actor = typeof actors[number];

/**
 * The status each caller gets for the numbers and the organization of `owner`. `admin`, `member` and `viewer` are of that
 * organization, and so are the keys with one scope each; `stranger` owns another one, `other_key` is of it and has every
 * scope. Unsubscribing and delivery events carry their own proof, a signature. What ends the callers' rights comes last.
 * Written by hand: a route that is missing here, or here and nowhere else, fails the test.
 */
export const accessTable = `
route                                             nobody wrong_bearer wrong_apikey forged_jwt expired_jwt wrong_audience revoked_key cron service secret_key admin_key read_key ingest_key other_key owner admin member viewer stranger
GET /v1/health/liveness                              200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
GET /v1/health/readiness                             200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
GET /v1/health/status                                401          403          403        401         401            401         403  403     200        200       403      403        403       403   403   403    403    403      403
POST /v1/health/self-test                            401          403          403        401         401            401         403  200     200        200       403      403        403       403   403   403    403    403      403
GET /v1/docs/openapi.json                            200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/auth/token                                  200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/auth/refresh                                200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/auth/register                               201          201          201        201         201            201         201  201     201        201       201      201        201       201   201   201    201    201      201
POST /v1/auth/confirm                                200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
GET /v1/auth/me                                      401          403          403        401         401            401         403  403     403        403       403      403        403       403   200   200    200    200      200
PATCH /v1/auth/me                                    401          403          403        401         401            401         403  403     403        403       403      403        403       403   200   200    200    200      200
POST /v1/auth/forgot-password                        200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/auth/reset-password                         204          204          204        204         204            204         204  204     204        204       204      204        204       204   204   204    204    204      204
POST /v1/orgs                                        401          403          403        401         401            401         403  403     403        403       403      403        403       403   201   201    201    201      201
GET /v1/orgs                                         401          403          403        401         401            401         403  403     403        403       403      403        403       403   200   200    200    200      200
GET /v1/orgs/{id}                                    401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    200    200      404
PATCH /v1/orgs/{id}                                  401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
GET /v1/orgs/{id}/members                            401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    200    200      404
PATCH /v1/orgs/{id}/members/{user_id}                401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
DELETE /v1/orgs/{id}/members/{user_id}               401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
POST /v1/orgs/{id}/invitations                       401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    403    403      404
GET /v1/orgs/{id}/invitations                        401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
DELETE /v1/orgs/{id}/invitations/{invitation_id}     401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
POST /v1/orgs/invitations/accept                     401          403          403        401         401            401         403  403     403        403       403      403        403       403   200   404    404    404      404
POST /v1/orgs/{id}/keys                              401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    403    403      404
GET /v1/orgs/{id}/keys                               401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
POST /v1/orgs/{id}/keys/{key_id}/rotate              401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    403    403      404
DELETE /v1/orgs/{id}/keys/{key_id}                   401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
GET /v1/orgs/{id}/audit                              401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
POST /v1/dev/seed-user                               401          403          403        401         401            401         403  403     200        200       403      403        403       403   403   403    403    403      403
POST /v1/metrics/ingest                              401          403          403        401         401            401         403  403     200        200       403      403        200       404   403   403    403    403      403
GET /v1/metrics/timeline                             401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/metrics/catalog                              401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/metrics/dora                                 401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/lead-time                       401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/deployment-frequency            401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/change-failure-rate             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/recovery-time                   401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/rework-rate                     401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/trend                           401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/breakdown                       401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/dora/filter-options                  401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
POST /v1/metrics/dora/forecast                       401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
POST /v1/metrics/dora/deployments                    401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/metrics/dora/commits                        401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/metrics/dora/pull-requests                  401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/metrics/dora/incidents                      401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/metrics/dora/reviews                        401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
DELETE /v1/metrics/dora/deployments                  401          403          403        401         401            401         403  403     204        204       403      403        204       403   204   204    204    403      404
DELETE /v1/metrics/dora/commits                      401          403          403        401         401            401         403  403     204        204       403      403        204       403   204   204    204    403      404
DELETE /v1/metrics/dora/pull-requests                401          403          403        401         401            401         403  403     204        204       403      403        204       403   204   204    204    403      404
DELETE /v1/metrics/dora/incidents                    401          403          403        401         401            401         403  403     204        204       403      403        204       403   204   204    204    403      404
DELETE /v1/metrics/dora/reviews                      401          403          403        401         401            401         403  403     204        204       403      403        204       403   204   204    204    403      404
GET /v1/teams                                        401          403          403        401         401            401         403  403     200        200       200      200        403       403   200   200    200    200      404
POST /v1/teams                                       401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    403    403      404
GET /v1/teams/{id}                                   401          403          403        401         401            401         403  403     200        200       200      200        403       404   200   200    200    200      404
PATCH /v1/teams/{id}                                 401          403          403        401         401            401         403  403     200        200       200      403        403       404   200   200    403    403      404
DELETE /v1/teams/{id}                                401          403          403        401         401            401         403  403     204        204       204      403        403       404   204   204    403    403      404
PUT /v1/teams/{id}/members/{login}                   401          403          403        401         401            401         403  403     204        204       204      403        403       404   204   204    403    403      404
DELETE /v1/teams/{id}/members/{login}                401          403          403        401         401            401         403  403     204        204       204      403        403       404   204   204    403    403      404
PUT /v1/teams/{id}/repositories                      401          403          403        401         401            401         403  403     204        204       204      403        403       404   204   204    403    403      404
DELETE /v1/teams/{id}/repositories                   401          403          403        401         401            401         403  403     204        204       204      403        403       404   204   204    403    403      404
POST /v1/track                                       401          403          403        401         401            401         403  403     202        202       403      403        202       403   202   202    202    403      404
POST /v1/track/batch                                 401          403          403        401         401            401         403  403     202        202       403      403        202       403   202   202    202    403      404
POST /v1/track/identify                              401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/track/alias                                 401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/track/group                                 401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/track/v1/{call}                             401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/sessions/ingest                            401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
POST /v1/sessions/otlp/v1/{signal}                  401          403          403        401         401            401         403  403     200        200       403      403        200       403   200   200    200    403      404
GET /v1/sessions                                    401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/sessions/{id}                               401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/sessions/yield                              401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/sessions/prices                             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
PUT /v1/sessions/prices                             401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
DELETE /v1/sessions/prices                          401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
GET /v1/sessions/policies                           401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
PUT /v1/sessions/policies                           401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
DELETE /v1/sessions/policies                        401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
GET /v1/sessions/dead-letters                       401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
GET /v1/dashboard/overview                           401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/dashboard/tiles                              401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/analytics                                    401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/active-users                       401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/retention                          401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/funnel                             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/breakdown                          401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/sessions                           401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/flow                               401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/events                             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/properties                         401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/drops                              401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/github/code-quality                401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/github/contributors                401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/github/repositories                401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/persons/{id}                       401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/analytics/persons/{id}/export                401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
DELETE /v1/analytics/persons/{id}                    401          403          403        401         401            401         403  403     200        200       200      403        403       403   200   200    403    403      404
GET /v1/metrics                                      401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/metrics/raw                                  401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/profile                                      401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/insights                                     401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
POST /v1/insights/budgets                            401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    403    403      404
GET /v1/insights/budgets                             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
DELETE /v1/insights/budgets/{id}                     401          403          403        401         401            401         403  403     204        204       204      403        403       403   204   204    403    403      404
POST /v1/insights/budgets/alerts                     401          403          403        401         401            401         403  202     200        200       403      403        403       403   403   403    403    403      403
GET /v1/github/user                                  401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   200    200    200      404
GET /v1/github/repos                                 401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   200    200    200      404
PUT /v1/github/connection                            401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   403    403    403      404
DELETE /v1/github/connection                         401          403          403        401         401            401         403  403     204        204       403      403        403       403   204   403    403    403      404
GET /v1/etl/jobs                                     401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
POST /v1/etl/jobs                                    401          403          403        401         401            401         403  403     201        201       201      403        403       403   201   201    201    403      404
GET /v1/etl/jobs/{id}                                401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
PATCH /v1/etl/jobs/{id}                              401          403          403        401         401            401         403  403     200        200       200      403        403       404   200   200    200    403      404
POST /v1/etl/jobs/{id}/run                           401          403          403        401         401            401         403  403     202        202       202      403        403       404   202   202    202    403      404
POST /v1/etl/jobs/{id}/reset                         401          403          403        401         401            401         403  403     200        200       200      403        403       404   200   200    200    403      404
GET /v1/etl/jobs/{id}/runs                           401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/etl/runs/{id}                                401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/etl/runs/{id}/events                         401          403          403        401         401            401         403  403     200        200       403      200        403       404   200   200    200    200      404
GET /v1/etl/status                                   401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
GET /v1/etl/dead-letters                             401          403          403        401         401            401         403  403     200        200       403      200        403       403   200   200    200    200      404
POST /v1/etl/dead-letters/{id}/replay                401          403          403        401         401            401         403  403     200        200       200      403        403       404   200   200    200    403      404
POST /v1/etl/tick                                    401          403          403        401         401            401         403  202     200        200       403      403        403       403   403   403    403    403      403
POST /v1/github/webhook                              202          202          202        202         202            202         202  202     202        202       202      202        202       202   202   202    202    202      202
POST /v1/digest/weekly                               401          403          403        401         401            401         403  202     200        200       403      403        403       403   403   403    403    403      403
GET /v1/digest/preview                               401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   200    200    200      404
GET /v1/digest/preferences                           401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   403    403    403      404
PUT /v1/digest/preferences                           401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   403    403    403      404
GET /v1/digest/runs                                  401          403          403        401         401            401         403  403     200        200       403      403        403       403   403   403    403    403      403
GET /v1/digest/deliveries                            401          403          403        401         401            401         403  403     200        200       403      403        403       403   200   200    200    200      404
GET /v1/digest/unsubscribe                           200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/digest/unsubscribe                          200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/digest/events                               200          200          200        200         200            200         200  200     200        200       200      200        200       200   200   200    200    200      200
POST /v1/orgs/{id}/transfer                          401          403          403        401         401            401         403  403     403        403       403      403        403       403   204   403    403    403      404
POST /v1/orgs/{id}/leave                             401          403          403        401         401            401         403  403     403        403       403      403        403       403   204   204    204    204      404
POST /v1/auth/logout                                 401          403          403        401         401            401         403  403     403        403       403      403        403       403   204   204    204    204      204
`;

/** The table's cells: route, caller and the status they get. */
export function accessRows(): { route: string; expected: Record<Actor, number> }[] {
  const [head = "", ...lines] = accessTable.trim().split("\n");
  const columns = head.trim().split(/\s+/).slice(1);
  return lines.map((line) => {
    const [method, path, ...cells] = line.trim().split(/\s+/);
    const expected = Object.fromEntries(
      columns.map((actor, index) => [actor, Number(cells[index])]),
    );
    return { route: `${method} ${path}`, expected: expected as Record<Actor, number> };
  });
}
