// Written by `deno task client` from the OpenAPI document; do not edit.

export interface paths {
    "/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events by name and by day
         * @description Every day is present. The filters hold for both lists; an unknown value is a 422. If fewer persons than `min_group_size` are in the age group or gender asked for, nothing is shown of them: counts are null and `hidden_groups` is 1.
         */
        get: operations["getAnalyticsOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/active-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Distinct persons per day, 7 and 30 days
         * @description DAU, WAU and MAU: persons with an event on the day, and in the 7 and 30 days that end on it. Today is counted so far; days to come, and those before the first event ever, are null. Averages are of the days there are.
         */
        get: operations["getActiveUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/breakdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events divided by a property, age group or gender
         * @description The most frequent values of what is asked for; all others are one group, `other`.
         */
        get: operations["getBreakdown"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/drops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that were refused or dropped, and why
         * @description By reason and day. What was refused is in no other count.
         */
        get: operations["listEventDrops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The names of events, the most frequent first
         * @description With the first and last day in the range, and the properties of the latest as an example.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All raw events of a range
         * @description Streamed, the oldest first, whatever their number. Each row has a `cursor`: a download that was cut, or ended at `limit`, goes on with `after` and the cursor of the last row that arrived. Events that arrive meanwhile with a time before it are not in it.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What persons do next
         * @description From each occurrence of the event in the range, the events that followed in the same session, step by step: the links of a Sankey diagram.
         */
        get: operations["getFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/funnel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many get from step to step
         * @description A person passes a step if its event comes after the one that passed the step before, within the window counted from step 1, which lies in the range. Events of one moment are in the order they arrived in. Strict order: with no other event of theirs in between. The median is of the time from the latest passing of the step before to the first of this one.
         */
        get: operations["getFunnel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/github/code-quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How pull requests are written and reviewed
         * @description Medians over the pull requests merged in the period, pooled over repositories. Bots' and authors' own reviews do not count. `coverage` and `complexity` are metrics posted to `/metrics/ingest`: the latest reading of each repository.
         */
        get: operations["getGithubCodeQuality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/github/contributors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When people work, who reviews whom, and how many know the code
         * @description By person only if the organization has set `individual_metrics`, by team otherwise; whoever is in several teams counts in each, whoever is in none under `no team`. Bots are left out.
         */
        get: operations["getGithubContributors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/github/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How each repository is worked on
         * @description When commits come, how branches get merged, how often releases are made, and which branches are stale.
         */
        get: operations["getGithubRepositoryReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in the last thirty minutes
         * @description Events and persons by minute, the most frequent names and the latest events, by when they happened. Of one name at most the latest 20,000.
         */
        get: operations["getLiveEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Persons with an id that begins so
         * @description User ids before anonymous ones; `u:` and `a:` look at one kind. Upper and lower case are different.
         */
        get: operations["searchPersons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/persons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who a person is and what they did, the latest first
         * @description A page of their events, with what is known of them under all their ids. As a table it has all of them, the oldest first.
         */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        /**
         * Forget a person
         * @description Removes the person, every id of theirs and every event, and corrects every count. For owners and admins. The receipt names nobody.
         */
        delete: operations["erasePerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/persons/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is kept of a person
         * @description Streamed, events the oldest first. That it was handed over is in the audit log.
         */
        get: operations["exportPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/properties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The properties that events have
         * @description From the latest 100 events of each of the 100 newest names, or the latest 5,000 of one name: `n` says how many were looked at. Examples are the most frequent values.
         */
        get: operations["listProperties"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who comes back, by cohort
         * @description A cohort is the persons whose first event, or first `start_event`, was in a period of the range, which is widened to whole periods. Cell k is the share of the cohort with an event, or a `return_event`, in the k-th period after it. Cells whose period is not over are null. Averages weigh cohorts by size and leave such cells out.
         */
        get: operations["getRetention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sessions by the day they began on
         * @description A session is a person's events with gaps of less than 30 minutes. It lasts from its first event to its last, so one of a single event lasts 0 seconds.
         */
        get: operations["getSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the account, with the code that was mailed
         * @description Whoever has the code owns the address, and chooses password, username, age, gender and invitation: what others may have chosen for it does not count. The account has an organization of its own or, with an invitation, is in the one that invited. By `email` and `token` (the code), or by `token_hash`. The code works once.
         */
        post: operations["confirmRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail a code to set a new password with
         * @description The same answer, after the same time, whether or not somebody has this address.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description Its refresh token stops working; other sessions of the same person go on.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description The person behind the access token.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change one's own profile
         * @description Only what is named changes; null forgets age or gender.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for a new session
         * @description A refresh token is good for one use. Using it again ends the session it belongs to, newer tokens included: one of the two who used it has stolen it. So send one refresh at a time.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description Mails a code and a link to the address. Nothing but the address is kept: whoever asks need not own it, so password, username, age, gender and invitation are chosen with the code, by `POST /auth/confirm`. A username that is taken is told at once. An address that is registered already gets the same answer, and keeps its password.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the code that was mailed
         * @description The code works once, and ends every session of the account. By `email` and `token` (the code), or by `token_hash`.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description By username or e-mail address, as JSON or as the form of OAuth 2's password grant. Wrong password, unknown user and unconfirmed address are one 401 after the same time. Failures are counted for the account and the address they come from, and for the account from addresses that its owner never came from; a code by `POST /auth/reset-password` lets the owner in.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The first view: what all four pillars say of the same days
         * @description At most four tiles of each pillar with their days, active users as a trend, what was shipped, and at most five findings. The numbers are those that the reads of the pillars answer: the first call of a page instead of five. At most 366 days.
         */
        get: operations["getDashboardOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The four tiles of an organization, or of one person
         * @description Sums over the window, both ends included, in the organization's days; without a window, over all time, with a series of the last 3,660 days. A metric that reported nothing is null with the reason `no_data`, never 0.
         */
        get: operations["getDashboardTiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/seed-user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a person to post numbers for
         * @description With an organization of their own. Only where `ENVIRONMENT=development`; elsewhere it is a 404.
         */
        post: operations["seedUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which digests went out, the latest week first
         * @description What became of each digest of the organization, and the last that the mail provider reported of it. Owners and admins see everybody's, others their own.
         */
        get: operations["listDigestDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the mail provider reports about a digest
         * @description Resend's webhook, signed as Svix does. A message counts once. A permanent bounce or a spam complaint turns the digest off for that person; other events are kept.
         */
        post: operations["receiveDeliveryEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a person gets the digest
         * @description A signed-in user sees their own only.
         */
        get: operations["getDigestPreference"];
        /**
         * Turn a person's digest on or off
         * @description A signed-in user changes their own only. Turning it on forgets why it was off.
         */
        put: operations["setDigestPreference"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The digest of a week as it would be now
         * @description Sends and stores nothing. The unsubscribe link of a preview does not work. Hosted Supabase serves HTML as plain text on its default domain.
         */
        get: operations["previewDigest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The calls that worked on digests, the newest first
         * @description What each call of `POST /digest/weekly` sent, stored, skipped and failed at.
         */
        get: operations["listDigestRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether to unsubscribe
         * @description Changes nothing without `confirm=yes`, because mail scanners follow links.
         */
        get: operations["askToUnsubscribe"];
        put?: never;
        /**
         * Unsubscribe with one click (RFC 8058)
         * @description What the button of mail programs calls; it unsubscribes at once.
         */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/digest/weekly": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the weekly digest to everybody, to one person, or to whom it is due
         * @description At most one digest for each person and week, however often or concurrently it is called; call it again to try again what failed or expired. A mail whose provider does not answer or refuses us is tried until the next week's digest is due, and then expired. Without a mail provider the digest is stored, not sent. The period is the person's week; without a person or a week it is the last one over in Los Angeles, and organizations elsewhere may be a week apart. pg_cron is answered before the work, the service after it.
         */
        post: operations["sendWeeklyDigest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/docs/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description The OpenAPI 3.1 document of all functions.
         */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What could not be stored, and why
         * @description The newest first. One that could be stored in the end is `resolved`.
         */
        get: operations["listEtlDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try to store a dead letter again
         * @description Answers the letter as it is then: `resolved`, or `open` with the reason of this try.
         */
        post: operations["replayEtlDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The jobs that keep repositories fresh
         * @description The oldest first.
         */
        get: operations["listEtlJobs"];
        put?: never;
        /**
         * Have a repository read regularly
         * @description Its first run is due at once. A job that a signed-in user makes reads GitHub with their own connection (`PUT /github/connection`), one that a key makes with its maker's, one that the service makes with `GITHUB_TOKEN`.
         */
        post: operations["createEtlJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description What it reads, how often, and when next.
         */
        get: operations["getEtlJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a job
         * @description A run that is under way is finished. What is an incident or a deployment is read again when the change says so.
         */
        patch: operations["updateEtlJob"];
        trace?: never;
    };
    "/v1/etl/jobs/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget how far a job has come
         * @description Ends the run under way; the next reads everything again. What is stored stays.
         */
        post: operations["resetEtlJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/jobs/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a job now
         * @description Answers the run, which is the one under way if there is one. It is worked on within a minute.
         */
        post: operations["runEtlJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/jobs/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job's runs
         * @description The newest first; kept for ninety days.
         */
        get: operations["listEtlRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run and how far it is
         * @description With what it has stored so far, step by step.
         */
        get: operations["getEtlRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run's progress, live
         * @description Server-Sent Events.
         */
        get: operations["followEtlRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs by state, which fail and why
         * @description Counts of an organization's jobs, and the last error of each that fails.
         */
        get: operations["getEtlStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/etl/tick": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work the jobs that are due
         * @description The database calls this every minute when something is due. Works until nothing is, or for as long as a call may take; what is left goes on in a next call from the page it has come to. Any number of calls may run at once. pg_cron is answered before the work, the service after it.
         */
        post: operations["workEtlJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/github/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which GitHub account is connected
         * @description Its login and when it was connected; never a token. Null where there is none.
         */
        get: operations["getGithubConnection"];
        /**
         * Connect a GitHub account
         * @description Asks GitHub whose the token is, then stores it encrypted in place of the one before. No route ever answers a token. A signed-in user connects their own account, unless they are a viewer.
         */
        put: operations["putGithubConnection"];
        post?: never;
        /**
         * Forget a GitHub account
         * @description Deletes the stored tokens. Answers the same when there was no connection.
         */
        delete: operations["deleteGithubConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/github/repos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A person's own public repositories
         * @description Newest update first. Private repositories are left out, whatever the token may see.
         */
        get: operations["getGithubRepositories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/github/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A person's GitHub account
         * @description Read with the person's own token, else with the deployment's `GITHUB_TOKEN`. Members of one organization may read each other's account, as they may read each other's numbers.
         */
        get: operations["getGithubUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/github/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What GitHub's webhooks report
         * @description Signed with `GITHUB_WEBHOOK_SECRET`, as `application/json` or as the form that is GitHub's default, up to 25 MiB. Stored as it came, but for the names of the files that a push touches and what a text of its commits has beyond 1 KiB, once for each delivery, and processed after the answer: for every organization with a job that has read this repository to the end. Understood: push, pull_request, pull_request_review, deployment, deployment_status, workflow_run, release, issues. Anything else is kept and means nothing.
         */
        post: operations["receiveGithubWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/disk-alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail the owners when the database fills
         * @description pg_cron calls it every quarter of an hour. The owners of all organizations are mailed once when the database comes to 80 % of `DATABASE_LIMIT_MB`, once more at 95 %, and again only after it fell five points below. pg_cron is answered before the work, the service after it.
         */
        post: operations["sendDiskAlerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/liveness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the function up
         * @description Touches nothing else.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can the service do its work
         * @description Each check has its own deadline of three seconds.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/self-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Does pg_cron reach the functions
         * @description pg_cron calls it every five minutes with the URL and the secret of its other calls; readiness tells how that went.
         */
        post: operations["testSelf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the service last did and does next
         * @description Version, environment, the next and the last digest, weeks without one, the last ingest by source, what the calls of jobs were answered, what the database takes on the disk (by pillar, how it grows, how many days are left), and mails of alerts that nobody got.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What goes with what, what stood out, and what to do about it
         * @description Daily series of AI, delivery and product metrics of the days from `start` to `end`, or of the last `since` complete days, held against each other with every lag up to `lag_days`. All that was tried is answered, with p-values adjusted for autocorrelation and for the number of tests. Counts are 0 on silent days; rates and medians are unknown there and the day is left out. Metrics: `ai.…`, `delivery.…`, `product.…`, `event.NAME` and `metric.NAME`. Recommendations come from the KPIs of the same days, with `since` of as many times 24 hours up to now.
         */
        get: operations["getInsights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/insights/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Budgets, with what was spent of them in the running period
         * @description The spend is of calls whose cost is known.
         */
        get: operations["listBudgets"];
        put?: never;
        /**
         * Set what a team or a developer may spend in a period
         * @description In place of the budget there was for the same team or developer and period. When what was spent in a day, week or month of the organization's time zone reaches the limit, its owners and admins get one mail. Owners and admins.
         */
        post: operations["setBudget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/insights/budgets/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail the alerts that are due
         * @description pg_cron calls it when a budget was crossed. However often or concurrently it is called, an alert is mailed once to each owner and admin. One that does not go out is tried again, at last every six hours, until the budget's period is over; `GET /v1/health/status` names those that never did. pg_cron is answered before the work, the service after it.
         */
        post: operations["sendBudgetAlerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/insights/budgets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a budget
         * @description Owners and admins.
         */
        delete: operations["deleteBudget"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The nine KPIs of AI-assisted development
         * @description Of the days from `start` to `end`, or of the last `since` days of 24 hours, to the second; beside each what it was in as many days before. Unknown is null with a reason, never 0. Status: at the target good, at half of it (twice, where lower is better) warning, else critical.
         */
        get: operations["getAiKpis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each metric means
         * @description Every defined metric; for a person also the ones they have without a definition, and where each was reported.
         */
        get: operations["getMetricsCatalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All metrics of DORA for a period
         * @description Each with its band, how many rows it is from, what was left out, and what it was in the period it is compared with. Across repositories rows are pooled. What is unknown is null with the reason, never 0.
         */
        get: operations["getDora"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/breakdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All metrics of DORA of each repository or team
         * @description By name, each as `GET /metrics/dora` answers it for that repository or team. For up to 366 days. A team without repositories has no numbers.
         */
        get: operations["getDoraBreakdown"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/change-failure-rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Change failure rate
         * @description Deployments with an incident put down to them, of those that are no longer watched; `drill` lists the failed first, with how each incident was linked.
         */
        get: operations["getDoraChangeFailureRate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/commits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post commits
         * @description One, `{items: […]}` or a list, with up to 1,000. With their parents: a deployment contains its commit and all that it is built on. In any order: posting again replaces what is named and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. Owners, admins and members.
         */
        post: operations["postCommits"];
        /**
         * Take back a commit
         * @description Deletes a commit and works out again what followed from it. Whatever says it once more, a sync of GitHub too, brings it back. Owners, admins and members.
         */
        delete: operations["deleteCommit"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/deployment-frequency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deployment frequency
         * @description Successful deployments by the day, and the median number of days with one in a week, which decides the band. Several deployments of one pipeline run count once.
         */
        get: operations["getDoraDeploymentFrequency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post deployments
         * @description One, `{items: […]}` or a list, with up to 1,000. A deployment that is posted as pending is posted again when it has ended. In any order: posting again replaces what is named and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. Owners, admins and members.
         */
        post: operations["postDeployments"];
        /**
         * Take back a deployment
         * @description Deletes a deployment and works out again what followed from it. Whatever says it once more, a sync of GitHub too, brings it back. Owners, admins and members.
         */
        delete: operations["deleteDeployment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/filter-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The teams, repositories and environments that there is data of
         * @description What the other reads of delivery can be filtered by.
         */
        get: operations["getDoraFilterOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forecast a metric of DORA by weeks
         * @description From the complete weeks of the last three years. With too little history there is no forecast, and `null_reason` says why. Intervals come from the residuals of the backtest at each distance.
         */
        post: operations["forecastDora"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post incidents
         * @description One, `{items: […]}` or a list, with up to 1,000. An incident that is open is posted again when it has been resolved. In any order: posting again replaces what is named and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. Owners, admins and members.
         */
        post: operations["postIncidents"];
        /**
         * Take back a incident
         * @description Deletes a incident and works out again what followed from it. Whatever says it once more, a sync of GitHub too, brings it back. Owners, admins and members.
         */
        delete: operations["deleteIncident"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/lead-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lead time for changes
         * @description From authored to the first deployment that contains it, for each change deployed in the period; commits are taken from the pull request, so a squash keeps them. `stages` are of the pull requests that were out in the period, `weeks` begin on Mondays.
         */
        get: operations["getDoraLeadTime"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/pull-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post pull requests
         * @description One, `{items: […]}` or a list, with up to 1,000. With their commits as they were on the branch, lead time begins where the work began. In any order: posting again replaces what is named and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. Owners, admins and members.
         */
        post: operations["postPullRequests"];
        /**
         * Take back a pull request
         * @description Deletes a pull request and works out again what followed from it. Whatever says it once more, a sync of GitHub too, brings it back. Owners, admins and members.
         */
        delete: operations["deletePullRequest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/recovery-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Failed deployment recovery time
         * @description From the end of a deployment that failed to the end of its incident, for deployments of the period; and the older definition: from an incident's creation to its end.
         */
        get: operations["getDoraRecoveryTime"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post reviews
         * @description One, `{items: […]}` or a list, with up to 1,000. Of pull requests that were posted before: pickup ends with the first by another person. In any order: posting again replaces what is named and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. Owners, admins and members.
         */
        post: operations["postReviews"];
        /**
         * Take back a review
         * @description Deletes a review and works out again what followed from it. Whatever says it once more, a sync of GitHub too, brings it back. Owners, admins and members.
         */
        delete: operations["deleteReview"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/rework-rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deployment rework rate
         * @description Unplanned deployments, those that answer a production incident, of all.
         */
        get: operations["getDoraReworkRate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/dora/trend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All metrics of DORA by day, week or month
         * @description Up to today, every day, week (from Monday) or month present. By day for up to 366 days at once.
         */
        get: operations["getDoraTrend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post numbers of a source
         * @description One reading, or `{items: […]}` with up to 1,000. Sending a reading again replaces its values and keeps the old ones as restatements. In a batch each item has its own result, and 207 says that some failed.
         */
        post: operations["ingestMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the KPIs of AI-assisted development are made of
         * @description The counts and sums of the window, and of the one before.
         */
        get: operations["getAiRawMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gap-filled series of an organization's metrics, or of one person's
         * @description Each metric is aggregated as its definition says. A silent day of a metric that adds up is 0 if the metric reported in the window at all; otherwise, and for averages and last values, it is null.
         */
        get: operations["getMetricsTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organizations the signed-in person belongs to, the oldest first
         * @description With the role in each.
         */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Found an organization and own it
         * @description Whoever asks becomes its first owner.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join the organization that invited one
         * @description By the token of the mail, which works once and only for the address it was sent to.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/shares/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a share link
         * @description Answers what it shows and a credential for the reads behind that. Wrong, revoked and expired links are the same 404. Wrong passwords are counted by link and address, and by link, as failures to sign in are.
         */
        post: operations["openShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One organization and its settings
         * @description With the public id under which its dashboards are read without sign-in, if it lets them.
         */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an organization's settings
         * @description Only what is named changes. Owners and admins.
         */
        patch: operations["updateOrganization"];
        trace?: never;
    };
    "/v1/orgs/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what to which object of an organization, the newest first
         * @description Owners and admins. Nothing is ever changed or deleted in it.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An organization's invitations, the newest first
         * @description Owners and admins.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite somebody by e-mail
         * @description Mails a link that works once, for that address, for seven days; inviting again replaces it. Owners; admins and admin keys too, but not an owner. When the mail cannot be sent the invitation is revoked.
         */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invitation
         * @description Owners and admins.
         */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An organization's API keys, the newest first
         * @description Owners and admins.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make an API key
         * @description Answers the key, this once: only a keyed hash of it is kept. Owners and admins; an admin key makes keys that are no admin's and do not outlive it.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key, at once
         * @description Owners and admins.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an API key by a new one with the same rights
         * @description The old key goes on working for the overlap. It can be rotated once. Owners and admins; an admin key rotates keys that are no admin's.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave an organization
         * @description The last owner cannot. Whoever leaves their only one gets one of their own.
         */
        post: operations["leaveOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The people of an organization, owners first
         * @description With the address and the role of each.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description Owners; admins and admin keys too, but no owner. The last owner stays. What was posted for the person stays with the organization; what is posted from then on is theirs.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /**
         * Change a member's role
         * @description Owners; admins and admin keys too, but not to or from owner. The last owner stays one.
         */
        patch: operations["setMemberRole"];
        trace?: never;
    };
    "/v1/orgs/{id}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * For how many days an organization keeps what
         * @description By kind, and since when rows are there.
         */
        get: operations["getDataRetention"];
        /**
         * Say for how many days an organization keeps what
         * @description Owners. Only what is named changes. What is older is removed from the next night on, a few thousand rows at a time, and does not come back; the audit log says how many. Counts by day and hour stay.
         */
        put: operations["setDataRetention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An organization's share links, the newest first
         * @description With how often each was opened. Owners and admins.
         */
        get: operations["listShares"];
        put?: never;
        /**
         * Make a link that shows some tabs to whoever has it
         * @description Over days that stand still or that end yesterday, until it expires, with a password if one is given. Its readers read those tabs and days of this organization, no row about one person, and change nothing. Only hashes of its secret and password are kept. Owners and admins.
         */
        post: operations["createShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/shares/{share_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a share link, at once
         * @description Whoever has it open reads nothing more. Owners and admins.
         */
        delete: operations["revokeShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orgs/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make another member owner, and oneself admin
         * @description In one step, so that the organization is never without an owner.
         */
        post: operations["transferOwnership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a developer did with models
         * @description Of the days from `start` to `end`, or of the last `since` days of 24 hours. The ten models and hundred repositories of most sessions.
         */
        get: operations["getAiProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sessions with models, by time, cost or tokens
         * @description `total_count` is exact, from the totals by hour; sessions that the organization no longer keeps are in neither. Unknown costs sort as the least. A session is a cost outlier when its robust z-score among the latest 500 sessions with its model is at least 3.5; null with fewer than 20 of them.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What made the cost change
         * @description The difference to the range before, or to a year earlier, by volume (tokens), models, what caches gave, length of answers, and price.
         */
        get: operations["getSessionsCostChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that could not be used, and why
         * @description The newest first, for 90 days. For owners and admins: a record may hold anything that was said to a model.
         */
        get: operations["listSessionDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/developers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is known by several names
         * @description Each with the names that mean them too; whoever has none is left out.
         */
        get: operations["listSessionDevelopers"];
        /**
         * Say which names mean a developer
         * @description For owners and admins. Sessions under any of the names, past and future, are the developer's from now on; a name that is taken away gets its own back.
         */
        put: operations["setSessionDeveloper"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the month is going to cost
         * @description What its days have cost and what those that are left are forecast to, with the error of a rolling-origin backtest and intervals from its residuals. Learnt from at most 140 days before today.
         */
        get: operations["getSessionsCostForecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what was done with models
         * @description One record, an array (up to 8 MiB) or a line each (up to 12 MiB), packed by gzip if you like: the native shape, or what LiteLLM's generic API logger and its JSONL log write. Lines are stored as they arrive. A record that cannot be used is kept as a dead letter and costs the others nothing; sending again changes nothing.
         */
        post: operations["ingestSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/otlp/v1/{signal}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what OpenTelemetry exporters send
         * @description OTLP over HTTP, as JSON or Protobuf, packed by gzip if you like. Taken are calls to models by the attributes of gen_ai and OpenInference (spans) and what coding agents export (events and sums, delta or cumulative); anything else is accepted and left. What is rejected is in `partialSuccess` and in the dead letters; what is left is told there too, with 0 rejected, and counted by program in `GET /sessions/sources`. Errors are a `google.rpc.Status`, as the protocol wants; a 413 names the variable of the exporter that sends less at once.
         */
        post: operations["exportTelemetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which models the repositories are meant to use
         * @description What `model_selection_accuracy` is measured by.
         */
        get: operations["listModelPolicies"];
        /**
         * Say which models a repository is meant to use
         * @description For owners and admins. `model_selection_accuracy` is measured by it.
         */
        put: operations["setModelPolicy"];
        post?: never;
        /**
         * End a repository's policy
         * @description For owners and admins.
         */
        delete: operations["deleteModelPolicy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What models cost, from which day on
         * @description US dollars per million tokens: the seeded list prices and the organization's own, which go first. A call that reports no cost gets the price of its day, looked for under its model's name as it is, then without the provider before it, then without the date after it. Tokens of the cache cost as much as input where no price of their own is given.
         */
        get: operations["listSessionPrices"];
        /**
         * Set an own price of a model from a day on
         * @description For owners and admins. Calls that are stored keep the price they were given.
         */
        put: operations["setSessionPrice"];
        post?: never;
        /**
         * End an own price
         * @description For owners and admins. Calls that are stored keep it.
         */
        delete: operations["deleteSessionPrice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which programs send what, and which setting is missing
         * @description By program and version (`service.name` and `service.version`; the tool of ingested records), the latest first, 200 at most: what came by which signal, how many calls were stored, what was left and why.
         */
        get: operations["listSessionSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/spend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Spend and yield by agent, model, team, repository or developer
         * @description The sessions that began in the range, the group that cost most first. A session counts once in each group, by `team` in every team of its developer. The last 30 days without a range.
         */
        get: operations["getSessionsSpend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tokens and cost by day, and how calls went
         * @description Share of prompts that caches gave, cost of failed calls, how many of those were tried again, and how long first tokens took. The last 30 days without a range, 366 at most.
         */
        get: operations["getSessionsUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/yield": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What came of the money
         * @description Spend by what became of the pull requests that sessions' commits are in, by the exact chain session, commit, pull request, deployment, incident. A session of several counts once, by the outcome that matters most. An incident is put down to all that its deployment brought. The costs per pull request and per deployment take every session that went into one. The last 30 days without `start`. With `interval` the same also by day (of up to 366 days), week or month.
         */
        get: operations["getSessionsYield"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A session with its calls, edits, commits and pull requests
         * @description A pull request is linked exactly by the commits or the number that the session names. Otherwise the one of the same repository that fits best is linked, if it scores 0.5 or more: 0.45 for the branch, 0.35 for the author (0.2 if only what is before the @ agrees), 0.15 for a time from a day before its first commit on (0.05 before that). Nothing links to what is on another branch or was closed before.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The teams of an organization, with members and repositories
         * @description By name.
         */
        get: operations["listTeams"];
        put?: never;
        /**
         * Make a team
         * @description Owners and admins.
         */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One team
         * @description With its members and repositories.
         */
        get: operations["getTeam"];
        put?: never;
        post?: never;
        /**
         * End a team
         * @description What its members did stays. Owners and admins.
         */
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /**
         * Rename a team
         * @description Owners and admins.
         */
        patch: operations["renameTeam"];
        trace?: never;
    };
    "/v1/teams/{id}/members/{login}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make somebody a member of a team
         * @description By the login, or the address, that their commits carry; it need not be known yet. Doing it again changes nothing. Owners and admins.
         */
        put: operations["addTeamMember"];
        post?: never;
        /**
         * Take somebody out of a team
         * @description By the login, or the address, that their commits carry; it need not be known yet. Doing it again changes nothing. Owners and admins.
         */
        delete: operations["removeTeamMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a repository one that a team works on
         * @description A repository may have several teams. Doing it again changes nothing. Owners and admins.
         */
        put: operations["addTeamRepository"];
        post?: never;
        /**
         * Make a repository one that a team does not work on
         * @description A repository may have several teams. Doing it again changes nothing. Owners and admins.
         */
        delete: operations["removeTeamRepository"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that something happened
         * @description Answers when the event is stored and in every count. Sending it again with the same `event_id` and `occurred_at` is a duplicate and counts nothing; an event without `event_id` takes its identity from `Idempotency-Key`, if there is one. Events of known bots are dropped: `accepted` is 0 and `success` false then.
         */
        post: operations["trackEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/alias": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that two ids are one person's
         * @description What `previous_id` did, a user id or an anonymous one, becomes what `user_id` did.
         */
        post: operations["aliasPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/amplitude/2/httpapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Amplitude's libraries send
         * @description Amplitude's HTTP V2 API and its batch: `{api_key, events, client_upload_time}`. `insert_id` and `time` identify an event.
         */
        post: operations["postAmplitude"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/amplitude/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Amplitude's libraries send
         * @description Amplitude's HTTP V2 API and its batch: `{api_key, events, client_upload_time}`. `insert_id` and `time` identify an event.
         */
        post: operations["postAmplitudeBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that many things happened
         * @description Up to 5,000 events or 4 MiB, which gzip may pack. Each event is judged on its own: a bad one is in `rejected` with its index and costs the others nothing.
         */
        post: operations["trackEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/beacon/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what RudderStack's library sends as a page closes
         * @description A batch of messages as `POST /v1/track/v1/batch` takes them, by `navigator.sendBeacon`, which sends no headers: the key is `writeKey` in the query.
         */
        post: operations["postRudderBeacon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/group": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that somebody belongs to a group
         * @description Kept as the person's trait `$groups`, an object of traits by group id.
         */
        post: operations["groupPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/identify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say who somebody is
         * @description Joins what `anonymous_id` did to `user_id`, unless that id is known to be somebody else's, and keeps traits, age and gender. Earlier events count under the new age group and gender. A signed-in person is themselves without `user_id`.
         */
        post: operations["identifyPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/jitsu/api/s/s2s/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Jitsu's libraries send from servers
         * @description Jitsu's messages are Segment's, as `POST /v1/track/v1/{call}` takes them; the key is in the header `X-Write-Key`.
         */
        post: operations["postJitsuServerMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/jitsu/api/s/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Jitsu's libraries send
         * @description Jitsu's messages are Segment's, as `POST /v1/track/v1/{call}` takes them; the key is in the header `X-Write-Key`.
         */
        post: operations["postJitsuMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/mixpanel/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take what Mixpanel's libraries send
         * @description Mixpanel's `/track`, `/import` and `/engage`: one item or a list, as JSON or in `data` of the query or a form, in base64 or as it is; the key is the token. `$insert_id` and `time` identify an event. Groups (`/groups`) are not kept.
         */
        get: operations["getMixpanel"];
        put?: never;
        /**
         * Take what Mixpanel's libraries send
         * @description Mixpanel's `/track`, `/import` and `/engage`: one item or a list, as JSON or in `data` of the query or a form, in base64 or as it is; the key is the token. `$insert_id` and `time` identify an event. Groups (`/groups`) are not kept.
         */
        post: operations["postMixpanel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/openpanel/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what OpenPanel's libraries send
         * @description The key is the client id, in the header `openpanel-client-id`. It gives events no id: one that its client sends again, because the answer was lost, is another one.
         */
        post: operations["postOpenpanel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/plausible/api/event": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Plausible's script and libraries send
         * @description The key is the domain. It gives events no id: one that its client sends again, because the answer was lost, is another one.
         */
        post: operations["postPlausible"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/posthog/array/{key}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What PostHog's browser library loads before it sends
         * @description The same as JSON, and as a script. It says nothing of the key.
         */
        get: operations["getPosthogConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/posthog/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What PostHog's libraries ask before they send
         * @description No flags, no recordings, no surveys. It says nothing of the key.
         */
        post: operations["getPosthogDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/posthog/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What PostHog's libraries ask before they send
         * @description No flags, no recordings, no surveys. It says nothing of the key.
         */
        post: operations["getPosthogFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/posthog/i/v0/e": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what PostHog's libraries send, by another path
         * @description PostHog's capture API: one event, a list, or `{api_key, batch}`, compressed by gzip whether a header says so or not, or in a form in base64. `uuid` and `timestamp` identify an event.
         */
        post: operations["postPosthogEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/posthog/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what PostHog's libraries send
         * @description PostHog's capture API: one event, a list, or `{api_key, batch}`, compressed by gzip whether a header says so or not, or in a form in base64. `uuid` and `timestamp` identify an event. Recordings (`s`) are not kept.
         */
        post: operations["postPosthog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/snowplow/com.snowplowanalytics.snowplow/tp2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Snowplow's trackers post
         * @description The key is the app id. `eid` and `dtm` identify an event.
         */
        post: operations["postSnowplow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/sourceConfig": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What RudderStack's browser library needs to know
         * @description With `configUrl` at this function the library asks here before it sends anything: a source that is on and passes events to nobody else.
         */
        get: operations["getRudderSourceConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/umami/api/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Umami's script and libraries send
         * @description The key is the id of the website. It gives events no id: one that its client sends again, because the answer was lost, is another one.
         */
        post: operations["postUmami"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/v1/projects/{key}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where Segment's browser library sends to
         * @description What `AnalyticsBrowser.load` asks for before it sends anything: with `cdnURL` at this function it needs to be told nothing else. It says nothing of the key, not even whether it is good.
         */
        get: operations["getSegmentSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/track/v1/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what Segment's libraries send
         * @description Segment's HTTP API: point a library's host and path here and use a key of the organization as its write key, as the user name of Basic authentication or as `writeKey` in the body. `messageId` and `timestamp` identify an event; a clock that is wrong by more than a minute according to `sentAt` is corrected for. Members that are not known are ignored.
         */
        post: operations["postSegmentMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "token": "3q2-7wABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0"
         *     }
         */
        AcceptInvitation: {
            token: string;
        };
        Accepted: {
            /** @enum {string} */
            status: "accepted";
        };
        AiCounts: {
            sessions: number;
            /** @description Distinct developer-hours with a session. */
            active_hours: number;
            /** @description With a status of 400 or more, or an error. */
            failed_sessions: number;
            accepted: number;
            rejected: number;
            /** @description Decisions of people that let something stand. */
            people_accepted: number;
            people_rejected: number;
            /** @description Decisions of configurations, hooks and runs without people. */
            automatic_decisions: number;
            /** @description Of the sessions that say how many; null when none does. */
            tokens: number | null;
            /** @description Of which no tokens are known. */
            unmeasured_sessions: number;
            /** @description Tokens of accepted sessions that say how many lines were accepted. */
            accepted_tokens: number;
            /** @description Those of them that no cache gave. */
            fresh_tokens: number;
            /** @description And those that one gave. */
            cached_tokens: number;
            accepted_lines: number;
            /** @description Of the sessions that `accepted_tokens` are of. */
            measured_lines: number;
            /** @description Of the sessions whose cost is known; null when none is. */
            cost_usd: number | null;
            /** @description Of which no cost is known. */
            uncosted_sessions: number;
            latency_ms_sum: number;
            latency_calls: number;
            /** @description In a repository with a model policy, with a known model. */
            policy_sessions: number;
            allowed_sessions: number;
            merged_pull_requests: number;
            merge_hours_median: number | null;
            reworked_pull_requests: number;
            /** @description Whether any is known at all. */
            has_pull_requests: boolean;
            /** @description On default branches. */
            commits: number;
            commit_days: number;
        };
        AiKpis: {
            period: components["schemas"]["Period"];
            previous_period: components["schemas"]["Period"] | null;
            metrics: components["schemas"]["Kpi"][];
            window: components["schemas"]["AiWindow"];
            /**
             * @deprecated
             * @description `metrics` by their keys.
             */
            kpis: {
                ai_interaction_velocity: components["schemas"]["NamedKpi"];
                acceptance_rate: components["schemas"]["NamedKpi"];
                model_selection_accuracy: components["schemas"]["NamedKpi"];
                error_rate: components["schemas"]["NamedKpi"];
                token_efficiency: components["schemas"]["NamedKpi"];
                pr_throughput: components["schemas"]["NamedKpi"];
                commit_frequency: components["schemas"]["NamedKpi"];
                pr_merge_time_hours: components["schemas"]["NamedKpi"];
                rework_rate: components["schemas"]["NamedKpi"];
            };
        };
        AiProfile: {
            developer_id: string;
            period: components["schemas"]["Period"];
            metrics: components["schemas"]["ProfileMetric"][];
            most_used_models: {
                model: string;
                sessions: number;
                tokens: number | null;
            }[];
            active_repos: {
                repository: string;
                sessions: number;
            }[];
            /** @description Every day of the period; where it rolls, the first and the last are parts of days. */
            sessions_by_date: {
                /** Format: date */
                date: string;
                sessions: number;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
            }[];
            definition: string;
            window: components["schemas"]["AiWindow"];
            total_sessions: number;
            /** @description Null when no session's tokens are known; else the sum of those that are. */
            total_tokens_used: number | null;
            /** @description Null when no session's cost is known; else the sum of those that are. */
            total_cost_usd: number | null;
            /** @description Sessions whose cost is not known. */
            uncosted_sessions: number;
            /** @description In %; null without a decision. */
            acceptance_rate: number | null;
            avg_latency_ms: number | null;
        };
        AiRawMetrics: {
            period: components["schemas"]["Period"];
            previous_period: components["schemas"]["Period"] | null;
            window: components["schemas"]["AiWindow"];
            metrics: components["schemas"]["AiCounts"];
            previous: components["schemas"]["AiCounts"] | null;
        };
        AiSession: {
            /** Format: uuid */
            id: string;
            external_id: string;
            source: string;
            developer_id: string;
            repository: string | null;
            branch: string | null;
            /** @description The model of most of its tokens. */
            model: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            timestamp: string;
            /** Format: date-time */
            ended_at: string;
            /** @description The first 500. */
            calls: {
                id: string;
                /** Format: date-time */
                timestamp: string;
                provider: string | null;
                model: string | null;
                /** @description Of the prompt, without those of the cache. Null, as each kind of tokens, where it is not known. */
                input_tokens: number | null;
                output_tokens: number | null;
                cache_read_tokens: number | null;
                cache_write_tokens: number | null;
                /** @description Those of `cache_write_tokens` that were written for an hour. */
                cache_write_1h_tokens: number | null;
                /** @description Part of `output_tokens`. */
                reasoning_tokens: number | null;
                service_tier: string | null;
                cost_usd: number | null;
                /** @enum {string|null} */
                cost_source: "reported" | "estimated" | null;
                /** @description Whether the source can only have guessed it. */
                cost_is_guess: boolean;
                /** @description Beside a guess: what the price table says. */
                estimated_cost_usd: number | null;
                input_audio_tokens: number | null;
                input_image_tokens: number | null;
                input_video_tokens: number | null;
                /** @description Until the first token came. */
                ttft_ms: number | null;
                latency_ms: number | null;
                status: number | null;
                error: string | null;
                /** @description What an estimated cost was computed with. */
                price: components["schemas"]["SessionPrice"] | null;
            }[];
            failed_calls: number;
            /** @description Of the prompt, without those of the cache. Null, as each kind of tokens, where it is not known. */
            input_tokens: number | null;
            output_tokens: number | null;
            cache_read_tokens: number | null;
            cache_write_tokens: number | null;
            total_tokens: number | null;
            cost_usd: number | null;
            /** @enum {string|null} */
            cost_source: "reported" | "estimated" | "mixed" | null;
            /** @description Calls whose reported cost their source can only have guessed: an agent before another seller's model. */
            guessed_calls: number;
            /** @description Where some were guessed, the cost with the price table's in their place. */
            estimated_cost_usd: number | null;
            avg_latency_ms: number | null;
            accepted: boolean | null;
            accepted_lines: number | null;
            edits_accepted: number;
            edits_rejected: number;
            people_accepted: number;
            people_rejected: number;
            /** @description Decisions of configurations, hooks and runs without people. */
            automatic_decisions: number;
            calls_count: number;
            /** @description The first 500. */
            edits: {
                id: string;
                /** Format: date-time */
                timestamp: string;
                tool: string | null;
                /** @enum {string|null} */
                decision: "accept" | "reject" | null;
                lines_added: number | null;
                lines_removed: number | null;
                language: string | null;
                succeeded: boolean | null;
                automatic: boolean;
            }[];
            edits_count: number;
            counters: {
                name: string;
                attributes: {
                    [key: string]: string;
                };
                value: number;
            }[];
            commits: {
                sha: string;
                /**
                 * @description By a commit or number that the session names, or by what else is known of both.
                 * @enum {string}
                 */
                method: "exact" | "scored";
                confidence: number;
            }[];
            pull_requests: {
                repository: string;
                number: string;
                title: string;
                /** @enum {string} */
                state: "open" | "closed" | "merged";
                /** Format: date-time */
                merged_at: string | null;
                /**
                 * @description By a commit or number that the session names, or by what else is known of both.
                 * @enum {string}
                 */
                method: "exact" | "scored";
                /** @description 1 is certain; a scored one has 0.5 to 0.95. */
                confidence: number;
            }[];
            cost_outlier: boolean | null;
            /** @description The robust z-score of its cost. */
            cost_score: number | null;
        };
        /**
         * @deprecated
         * @description The instants of `period`.
         */
        AiWindow: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            days: number;
            time_zone: string;
        };
        AlertMailsResult: {
            sent: number;
            /** @description Without a mail provider. */
            stored: number;
            failed: number;
            /** @description To be tried again. */
            pending: number;
            /** @description Due, and left by the minute that a call has: call again. */
            remaining: number;
        };
        AliasPerson: {
            /**
             * Format: uuid
             * @description The organization; required for the service. A key has its own, a person their home.
             */
            org_id?: string;
            /** @description A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`. */
            writeKey?: string;
            previous_id: string;
            user_id?: string;
        };
        AnalyticsActiveUsers: components["schemas"]["AnalyticsActiveUsersBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsActiveUsersBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsActiveUsersBody: {
            /** @description What the numbers of the rows of `series` are, by their key. */
            series_metrics: components["schemas"]["AnalyticsSeriesMetric"][];
            series: {
                /** Format: date */
                date: string;
                dau: number | null;
                wau: number | null;
                mau: number | null;
                /** @description DAU ÷ MAU in %. */
                stickiness: number | null;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
                null_reason: components["schemas"]["AnalyticsNullReason"];
            }[];
            average_dau: number | null;
            average_stickiness: number | null;
            /** @description Persons, counted once on each day they were active. */
            n: number;
        };
        AnalyticsBreakdown: components["schemas"]["AnalyticsBreakdownBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsBreakdownBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsBreakdownBody: {
            /** @description The most frequent first; value null is what has no such property. */
            groups: {
                value: string | null;
                /**
                 * @description Of the property's value as it was sent: `1` and `"1"` are two values.
                 * @enum {string|null}
                 */
                type: "string" | "number" | "boolean" | "object" | "array" | null;
                count: number;
                persons: number;
                pct: number | null;
            }[];
            /** @description All values that are not among the top, together. */
            other: {
                values: number;
                count: number;
                persons: number;
            } | null;
            /** @description Groups of fewer persons than the organization's `min_group_size`, left out. */
            hidden_groups: number;
            /** @description Events in what is shown, others included. */
            n: number;
        };
        /** @deprecated */
        AnalyticsChange: {
            name: string;
            unit: string;
            value: number | null;
            previous: number | null;
            /** @description Null for rates. */
            change_pct: number | null;
            /** @description Percentage points, for rates. */
            change_points: number | null;
            /**
             * @description `new`: there was nothing before. `no_previous`, `no_data`: one of both is unknown.
             * @enum {string|null}
             */
            change_reason: "new" | "no_previous" | "no_data" | null;
        };
        AnalyticsDrops: components["schemas"]["AnalyticsDropsBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsDropsBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsDropsBody: {
            items: components["schemas"]["EventDrops"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            drops: components["schemas"]["EventDrops"][];
            reasons: {
                reason: string;
                count: number;
            }[];
            /** @description Events refused or dropped. */
            n: number;
        };
        AnalyticsEventName: {
            event: string;
            /**
             * @deprecated
             * @description The same as `event`.
             */
            name: string;
            count: number;
            /** Format: date */
            first_date: string;
            /** Format: date */
            last_date: string;
            example_properties: {
                [key: string]: unknown;
            } | null;
        };
        AnalyticsEvents: components["schemas"]["AnalyticsEventsBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsEventsBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsEventsBody: {
            items: components["schemas"]["AnalyticsEventName"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            events: components["schemas"]["AnalyticsEventName"][];
            /** @description Events of all names. */
            n: number;
        };
        AnalyticsFlow: components["schemas"]["AnalyticsFlowBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsFlowBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsFlowBody: {
            links: {
                step: number;
                source: string;
                /** @description Null is where the session ended. */
                target: string | null;
                count: number;
                persons: number;
                /** @description Of all occurrences of the event. */
                pct: number | null;
            }[];
            /** @description The links of each step that are not among its top. */
            other: {
                step: number;
                links: number;
                count: number;
            }[];
            persons: number;
            /** @description Occurrences of the event. */
            n: number;
        };
        AnalyticsFunnel: components["schemas"]["AnalyticsFunnelBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsFunnelBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsFunnelBody: {
            groups: {
                group: string | null;
                steps: {
                    step: number;
                    event: string;
                    count: number;
                    conversion_from_first: components["schemas"]["Share"];
                    conversion_from_previous: components["schemas"]["Share"];
                    median_seconds_from_previous: number | null;
                }[];
            }[];
            /** @description Groups of fewer persons than the organization's `min_group_size`, left out. */
            hidden_groups: number;
            /** @description Persons who passed step 1, in the groups shown. */
            n: number;
        };
        AnalyticsLive: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            events: number;
            /** @description Distinct ones. */
            persons: number;
            /** @description Thirty, the last of them under way. */
            minutes: {
                /** Format: date-time */
                at: string;
                events: number;
                persons: number;
            }[];
            /** @description The ten most frequent names. */
            top: {
                event: string;
                count: number;
                /** Format: date-time */
                last_at: string;
            }[];
            /** @description The latest twenty. */
            latest: {
                event: string;
                /** Format: date-time */
                occurred_at: string;
                /** @description An id of theirs. */
                person: string | null;
            }[];
            definition: string;
        };
        AnalyticsMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_data" | "hidden_group" | "several_groups" | "not_over" | "not_asked" | "to_come" | "not_begun" | "first_step" | "not_kept" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        /**
         * @description `no_data`: nothing to count. `hidden_group`: of fewer persons than `min_group_size`. `several_groups`: each group has its own. `not_over`: the period is not over. `not_asked`: so far was not asked for. `to_come`: the day has not begun. `not_begun`: nothing had been tracked by then. `first_step`: nothing is before it. `not_kept`: the organization no longer keeps the events it is counted from.
         * @enum {string|null}
         */
        AnalyticsNullReason: "no_data" | "hidden_group" | "several_groups" | "not_over" | "not_asked" | "to_come" | "not_begun" | "first_step" | "not_kept" | null;
        AnalyticsOverview: components["schemas"]["AnalyticsOverviewBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsOverviewBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsOverviewBody: {
            feature_counts: {
                event: string;
                count: number;
                /**
                 * @deprecated
                 * @description The same as `event`.
                 */
                feature_name: string;
            }[];
            /** @description What the numbers of the rows of `series` are, by their key. */
            series_metrics: components["schemas"]["AnalyticsSeriesMetric"][];
            series: {
                /** Format: date */
                date: string;
                events: number | null;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
                null_reason: components["schemas"]["AnalyticsNullReason"];
            }[];
            /**
             * @deprecated
             * @description As `series`, but a day to come has 0.
             */
            daily_counts: {
                /** Format: date */
                date: string;
                count: number | null;
            }[];
            /** @description Groups of fewer persons than the organization's `min_group_size`, left out. */
            hidden_groups: number;
            n: number | null;
        };
        AnalyticsPerson: {
            /**
             * @example [
             *       "u:4711",
             *       "a:5f3c"
             *     ]
             */
            ids: string[];
            known: boolean;
            age: number | null;
            /** @enum {string} */
            age_group: "<18" | "18-40" | ">40" | "unknown";
            /** @enum {string} */
            gender: "Male" | "Female" | "Other" | "unknown";
            traits: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            first_seen_at: string | null;
            /** Format: date-time */
            last_seen_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        AnalyticsProperties: components["schemas"]["AnalyticsPropertiesBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsPropertiesBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsPropertiesBody: {
            items: components["schemas"]["EventProperty"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The most frequent 200, whichever page is asked for.
             */
            properties: components["schemas"]["EventProperty"][];
            /** @description Events that were looked at. */
            n: number;
        };
        AnalyticsRetention: components["schemas"]["AnalyticsRetentionBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsRetentionBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsRetentionBody: {
            cohorts: {
                group: string | null;
                /** @description The first day of the cohort's period. */
                cohort: string;
                size: number;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
                /** @description Period 0, which is the cohort itself, and those after it. */
                cells: {
                    count: number | null;
                    pct: number | null;
                    null_reason: components["schemas"]["AnalyticsNullReason"];
                }[];
            }[];
            averages: {
                group: string | null;
                cells: {
                    pct: number | null;
                    n: number;
                    cohorts: number;
                    null_reason: components["schemas"]["AnalyticsNullReason"];
                }[];
            }[];
            /** @description Groups of fewer persons than the organization's `min_group_size`, left out. */
            hidden_groups: number;
            /** @description Persons in the cohorts shown. */
            n: number;
        };
        AnalyticsSeriesMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
        };
        AnalyticsSessions: components["schemas"]["AnalyticsSessionsBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["AnalyticsSessionsBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        AnalyticsSessionsBody: {
            totals: {
                sessions: number;
                persons: number;
                events_per_session: number | null;
                mean_seconds: number | null;
                median_seconds: number | null;
                single_event_sessions: number;
                /** @description Sessions of one event. */
                single_event_pct: number | null;
            };
            /** @description What the numbers of the rows of `series` are, by their key. */
            series_metrics: components["schemas"]["AnalyticsSeriesMetric"][];
            series: {
                /** Format: date */
                date: string;
                sessions: number | null;
                persons: number | null;
                events_per_session: number | null;
                median_seconds: number | null;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
                null_reason: components["schemas"]["AnalyticsNullReason"];
            }[];
            /** @description Sessions. */
            n: number;
        };
        Audit: {
            items: components["schemas"]["AuditEntry"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            actor_kind: "user" | "service" | "key" | "system";
            actor_id: string | null;
            action: string;
            object_type: string;
            object_id: string | null;
            ip: string | null;
            /** @description Who called the data API: a function, unless a person did so without one. */
            peer: string | null;
            request_id: string | null;
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
        };
        Budget: {
            /** Format: uuid */
            id: string;
            team: {
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
            developer_id: string | null;
            /** @enum {string} */
            period: "day" | "week" | "month";
            limit_usd: number;
            /**
             * Format: date
             * @description The first day of the running period.
             */
            period_start: string;
            /** @description In the running period, of known costs. */
            spent_usd: number;
            /** @description Of the running period; null while the limit holds. */
            alert: {
                /** Format: date-time */
                crossed_at: string;
                spent_usd: number;
                /**
                 * @description `stored`: nobody could be mailed. `failed`: a mail was refused. `expired`: one could not be sent before the period was over. `skipped`: nobody whom it was for is there any more.
                 * @enum {string}
                 */
                state: "pending" | "sent" | "stored" | "failed" | "expired" | "skipped";
            } | null;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * @example {
         *       "developer_id": "ada",
         *       "period": "week",
         *       "limit_usd": 50
         *     }
         */
        BudgetRequest: {
            /** Format: uuid */
            org_id?: string;
            /** @description Its id or name. */
            team?: string;
            developer_id?: string;
            /**
             * @default month
             * @enum {string}
             */
            period: "day" | "week" | "month";
            limit_usd: number;
        };
        Budgets: {
            items: components["schemas"]["Budget"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            budgets: components["schemas"]["Budget"][];
        };
        CatalogMetric: {
            key: string;
            /**
             * @deprecated
             * @description The name of before for `key`.
             */
            metric_name: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /**
             * @description How its values of several days, sources and people become one.
             * @enum {string}
             */
            aggregation: "sum" | "avg" | "min" | "max" | "last";
            description: string;
            defined: boolean;
            n: number;
            /** Format: date */
            first_date: string | null;
            /** Format: date */
            last_date: string | null;
            sources: string[];
        };
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "token": "482913",
         *       "password": "correct horse battery",
         *       "username": "ada"
         *     }
         */
        ConfirmRegistration: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email?: string;
            /** @description The code in the mail. */
            token?: string;
            /** @description The `token_hash` of the mail's link, instead of `email` and `token`. */
            token_hash?: string;
            /**
             * Format: password
             * @description At least 8 characters, at most 72 bytes in UTF-8.
             * @example correct horse battery
             */
            password: string;
            /** @example ada */
            username: string;
            age?: number;
            /** @enum {string} */
            gender?: "Male" | "Female" | "Other";
            /** @description The token of the invitation that was mailed to this address. */
            invitation?: string;
        };
        Correlation: {
            x: string;
            y: string;
            /** @description y is of so many days after x. */
            lag_days: number;
            /** @enum {string} */
            method: "pearson" | "spearman";
            r: number | null;
            p: number | null;
            /**
             * @description How `p` was found: Student's t; for Spearman by permutation of up to 500 pairs, those with the fewest pairs first where there are too many of them.
             * @enum {string|null}
             */
            p_method: "student_t" | "permutation" | null;
            /** @description Pairs of days. */
            n: number;
            /** @description How many independent pairs they are worth, for their lag-1 autocorrelations. */
            n_effective: number | null;
            /** @description Student's t with the effective number of pairs. */
            p_effective: number | null;
            /** @description The larger of `p` and `p_effective`, adjusted for all tests of this answer by Benjamini–Hochberg. */
            p_adjusted: number | null;
            /** @description 95 %, by Fisher's z from `n`; null where the p is by permutation. */
            interval: {
                low: number;
                high: number;
            } | null;
            effect: string;
            /** @enum {string|null} */
            null_reason: "too_few_pairs" | "constant" | null;
            /**
             * @deprecated
             * @description The same as `null_reason`.
             * @enum {string|null}
             */
            reason: "too_few_pairs" | "constant" | null;
        };
        /**
         * @example {
         *       "id": "4fKd0aZ2mQ8x",
         *       "prefix": "ll_4fKd0aZ2mQ8x",
         *       "name": "Nightly import",
         *       "publishable": false,
         *       "scopes": [
         *         "ingest"
         *       ],
         *       "source_name": "ga4",
         *       "allowed_origins": [],
         *       "created_by": "00000000-0000-4000-8000-000000000003",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": null,
         *       "last_used_at": null,
         *       "replaced_by": null,
         *       "status": "active"
         *     }
         */
        CreatedKey: components["schemas"]["Key"] & {
            /** @description The key itself. It is shown this once. */
            key: string;
        };
        /**
         * @example {
         *       "id": "0b6f6a7e-52c8-4a7e-9f0e-3f4f0a8f5b11",
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "name": "The board",
         *       "view": [
         *         "overview",
         *         "delivery"
         *       ],
         *       "range": null,
         *       "rolling": 28,
         *       "compare": "previous",
         *       "has_password": false,
         *       "created_by": "00000000-0000-4000-8000-000000000003",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": "2027-01-31T00:00:00Z",
         *       "opens": 0,
         *       "last_opened_at": null,
         *       "status": "active"
         *     }
         */
        CreatedShareLink: components["schemas"]["ShareLink"] & {
            /** @description What opens it, with its id. It is shown this once. */
            secret: string;
            /** @description The link to hand over, where `APP_URL` is set. The secret is in its fragment, which browsers send to no server. */
            link: string | null;
        };
        DashboardOverview: {
            period: components["schemas"]["Period"];
            /** @description What it is compared with. */
            comparison: components["schemas"]["Period"] | null;
            /** @description At most four tiles of each pillar. */
            bands: {
                /** @enum {string} */
                pillar: "marketing" | "product" | "delivery" | "ai";
                tiles: components["schemas"]["OverviewTile"][];
            }[];
            /** @description Active users by day, beside the days that are compared with. */
            trend: {
                key: string;
                label: string;
                unit: string;
                direction: components["schemas"]["Direction"];
                /** @description Which definition the number has, and its version. */
                definition: string;
                points: {
                    /** Format: date */
                    date: string;
                    value: number | null;
                    /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                    complete: boolean;
                }[];
                previous: {
                    /** Format: date */
                    date: string;
                    value: number | null;
                }[] | null;
            };
            shipped: components["schemas"]["Shipped"];
            /** @description At most five, the most telling first. */
            findings: components["schemas"]["OverviewFinding"][];
        };
        /**
         * @example {
         *       "sessions": 1520,
         *       "conversions": 48,
         *       "ig_reach": 9100,
         *       "engagement": null,
         *       "period": {
         *         "start": "2026-11-09",
         *         "end": "2026-11-15",
         *         "days": 7,
         *         "time_zone": "America/Los_Angeles",
         *         "complete": true
         *       },
         *       "comparison": {
         *         "mode": "previous",
         *         "start": "2026-11-02",
         *         "end": "2026-11-08"
         *       },
         *       "metrics": [
         *         {
         *           "key": "sessions",
         *           "label": "Sessions",
         *           "unit": "sessions",
         *           "direction": "higher_is_better",
         *           "definition": "tiles.sum@1",
         *           "value": 1520,
         *           "n": 7,
         *           "null_reason": null,
         *           "previous": {
         *             "value": 1400,
         *             "n": 7,
         *             "period": {
         *               "start": "2026-11-02",
         *               "end": "2026-11-08",
         *               "days": 7,
         *               "time_zone": "America/Los_Angeles",
         *               "complete": true
         *             }
         *           },
         *           "change": {
         *             "value": 8.571428571428571,
         *             "unit": "%",
         *             "null_reason": null
         *           }
         *         }
         *       ],
         *       "tiles": [
         *         {
         *           "key": "sessions",
         *           "label": "Sessions",
         *           "unit": "sessions",
         *           "direction": "higher_is_better",
         *           "definition": "tiles.sum@1",
         *           "value": 1520,
         *           "n": 7,
         *           "null_reason": null,
         *           "previous": 1400,
         *           "previous_n": 7,
         *           "change_pct": 8.571428571428571,
         *           "change_reason": null,
         *           "series": [
         *             {
         *               "date": "2026-11-09",
         *               "value": 210,
         *               "complete": true
         *             }
         *           ]
         *         }
         *       ],
         *       "definition": "tiles.sum@1"
         *     }
         */
        DashboardTiles: {
            sessions: number | null;
            conversions: number | null;
            ig_reach: number | null;
            engagement: number | null;
            period: components["schemas"]["Period"];
            /** @description The days that are compared with. */
            comparison: {
                /** @enum {string} */
                mode: "previous" | "year";
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
            } | null;
            /** @description The four, in the order of the tiles. */
            metrics: components["schemas"]["TileMetric"][];
            /** @description The four with their days. */
            tiles: components["schemas"]["Tile"][];
            definition: string;
        };
        /**
         * @example {
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "events_days": 730,
         *       "ai_days": null,
         *       "delivery_days": null,
         *       "metrics_days": null,
         *       "logs_days": 90,
         *       "audit_days": null,
         *       "rows_since": {
         *         "events": "2024-11-20",
         *         "ai": null,
         *         "delivery": null,
         *         "metrics": null,
         *         "logs": "2026-08-22",
         *         "audit": null
         *       }
         *     }
         */
        DataRetention: {
            /** Format: uuid */
            org_id: string;
            /** @description Events of people using a product. Null: for good. At least 1. */
            events_days: number | null;
            /** @description Sessions with models, with their calls and edits. Null: for good. At least 30. */
            ai_days: number | null;
            /** @description Deployments, incidents, pull requests, commits. Null: for good. At least 30. */
            delivery_days: number | null;
            /** @description Posted numbers. Null: for good. At least 30. */
            metrics_days: number | null;
            /** @description Runs of jobs and dead letters. Null: for good. At least 7. */
            logs_days: number | null;
            /** @description The audit log. Null: for good. At least 365. */
            audit_days: number | null;
            /** @description The first day of which all rows are there; null where none was ever removed. */
            rows_since: {
                /** Format: date */
                events: string | null;
                /** Format: date */
                ai: string | null;
                /** Format: date */
                delivery: string | null;
                /** Format: date */
                metrics: string | null;
                /** Format: date */
                logs: string | null;
                /** Format: date */
                audit: string | null;
            };
        };
        /**
         * @example {
         *       "events_days": 365,
         *       "ai_days": null
         *     }
         */
        DataRetentionChanges: {
            /** @description Events of people using a product. Null: for good. At least 1. */
            events_days?: number | null;
            /** @description Sessions with models, with their calls and edits. Null: for good. At least 30. */
            ai_days?: number | null;
            /** @description Deployments, incidents, pull requests, commits. Null: for good. At least 30. */
            delivery_days?: number | null;
            /** @description Posted numbers. Null: for good. At least 30. */
            metrics_days?: number | null;
            /** @description Runs of jobs and dead letters. Null: for good. At least 7. */
            logs_days?: number | null;
            /** @description The audit log. Null: for good. At least 365. */
            audit_days?: number | null;
        };
        DeliveryCommit: {
            /** @example acme/shop */
            repository: string;
            /** @description GitHub's number of the repository: with it, a rename is seen as one. */
            repository_github_id?: number;
            /** @example 9fceb02d0ae598e95dc970b74767f19372d61af8 */
            sha: string;
            /**
             * @description The login, or the e-mail address, of whoever it was.
             * @example octocat
             */
            author?: string;
            is_bot?: boolean;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            authored_at: string;
            headline?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            committed_at: string;
            /** @description What it is built on. A deployment contains its commit and all that is built on. */
            parents?: string[];
            additions?: number;
            deletions?: number;
            on_default_branch?: boolean;
        };
        DeliveryDeployment: {
            /** @example acme/shop */
            repository: string;
            /** @description GitHub's number of the repository: with it, a rename is seen as one. */
            repository_github_id?: number;
            /** @example 4711 */
            external_id: string;
            /**
             * @description Defaults to production, which is what the metrics are about unless asked otherwise.
             * @example production
             */
            environment?: string;
            /**
             * @description What was deployed. Without it, no lead time.
             * @example 9fceb02d0ae598e95dc970b74767f19372d61af8
             */
            sha?: string;
            ref?: string;
            /** @enum {string} */
            status: "pending" | "success" | "failure" | "cancelled";
            /** @description The run it was part of: several deployments of one run count once. */
            pipeline_id?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ended, if it has; without it, updated_at, or else created_at.
             * @example 2026-11-16T09:30:00Z
             */
            finished_at?: string;
            /**
             * @description The incident that it answers, which makes it unplanned unless is_unplanned says otherwise.
             * @example 4711
             */
            incident?: string;
            /** @description Whether a production incident caused it: a hotfix or a rollback. */
            is_unplanned?: boolean;
            /** @description Whether its environment is production. Without it the name decides, by the organization's production_environments. */
            is_production?: boolean;
            /** Format: uri */
            url?: string;
            /**
             * Format: date-time
             * @description Of two words about one thing the newer counts; without it, the later to arrive.
             * @example 2026-11-16T09:30:00Z
             */
            updated_at?: string;
        };
        /**
         * @example {
         *       "type": "email.delivered",
         *       "created_at": "2026-11-16T16:00:04.000Z",
         *       "data": {
         *         "email_id": "56761188-7520-42d8-8898-ff6fc54ce618"
         *       }
         *     }
         */
        DeliveryEvent: {
            type: string;
            created_at?: string;
            data?: {
                email_id?: string;
                tags?: {
                    [key: string]: string;
                } | unknown[];
                bounce?: {
                    type?: string;
                } & {
                    [key: string]: unknown;
                };
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        DeliveryEventReceipt: {
            /** @enum {boolean} */
            received: true;
            duplicate: boolean;
        };
        DeliveryIncident: {
            /** @example acme/shop */
            repository: string;
            /** @description GitHub's number of the repository: with it, a rename is seen as one. */
            repository_github_id?: number;
            /** @example 4711 */
            external_id: string;
            title?: string;
            severity?: string;
            /**
             * @description Defaults to production, which is what the metrics are about unless asked otherwise.
             * @example production
             */
            environment?: string;
            /**
             * Format: date-time
             * @description Defaults to created_at.
             * @example 2026-11-16T09:30:00Z
             */
            began_at?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null, together with updated_at, says that it is open again.
             * @example 2026-11-16T09:30:00Z
             */
            resolved_at?: string | null;
            /**
             * @description The deployment that caused it.
             * @example 4711
             */
            deployment?: string;
            /**
             * @description The commit that caused it.
             * @example 9fceb02d0ae598e95dc970b74767f19372d61af8
             */
            commit?: string;
            /** Format: uri */
            url?: string;
            /** @description True when it turned out to be no incident: it is in no number until it is false. */
            withdrawn?: boolean;
            /**
             * Format: date-time
             * @description Of two words about one thing the newer counts; without it, the later to arrive.
             * @example 2026-11-16T09:30:00Z
             */
            updated_at?: string;
        };
        DeliveryPullRequest: {
            /** @example acme/shop */
            repository: string;
            /** @description GitHub's number of the repository: with it, a rename is seen as one. */
            repository_github_id?: number;
            /** @example 4711 */
            external_id: string;
            title?: string;
            /**
             * @description The login, or the e-mail address, of whoever it was.
             * @example octocat
             */
            author?: string;
            is_bot?: boolean;
            /** @enum {string} */
            state: "open" | "closed" | "merged";
            draft?: boolean;
            base_branch?: string;
            head_branch?: string;
            /** @example 9fceb02d0ae598e95dc970b74767f19372d61af8 */
            head_sha?: string;
            from_fork?: boolean;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last taken out of draft.
             * @example 2026-11-16T09:30:00Z
             */
            ready_at?: string;
            /**
             * Format: date-time
             * @description When work on it began; without it, when the first of its commits was authored.
             * @example 2026-11-16T09:30:00Z
             */
            first_commit_at?: string;
            /**
             * Format: date-time
             * @description Required of one that is merged.
             * @example 2026-11-16T09:30:00Z
             */
            merged_at?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            closed_at?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            reopened_at?: string;
            /**
             * Format: date-time
             * @description Of two words about one thing the newer counts; without it, the later to arrive.
             * @example 2026-11-16T09:30:00Z
             */
            updated_at?: string;
            /**
             * @description The commit that it became on its base branch: a merge, a squash, or the last of a rebase.
             * @example 9fceb02d0ae598e95dc970b74767f19372d61af8
             */
            merge_commit_sha?: string;
            /** @enum {string} */
            merge_method?: "merge" | "squash" | "rebase";
            /**
             * @description The pull request that it takes back.
             * @example 4711
             */
            reverts?: string;
            additions?: number;
            deletions?: number;
            changed_files?: number;
            commit_count?: number;
            comment_count?: number;
            /** @description All its commits as they were on its branch. The list replaces the one before. */
            commits?: {
                /** @example 9fceb02d0ae598e95dc970b74767f19372d61af8 */
                sha: string;
                /**
                 * @description The login, or the e-mail address, of whoever it was.
                 * @example octocat
                 */
                author?: string;
                is_bot?: boolean;
                /**
                 * Format: date-time
                 * @example 2026-11-16T09:30:00Z
                 */
                authored_at: string;
                headline?: string;
                /**
                 * Format: date-time
                 * @example 2026-11-16T09:30:00Z
                 */
                committed_at?: string;
            }[];
        };
        DeliveryReview: {
            /** @example acme/shop */
            repository: string;
            /** @description GitHub's number of the repository: with it, a rename is seen as one. */
            repository_github_id?: number;
            /**
             * @description The external_id of its pull request.
             * @example 4711
             */
            pull_request: string;
            /** @example 4711 */
            external_id: string;
            /**
             * @description The login, or the e-mail address, of whoever it was.
             * @example octocat
             */
            reviewer?: string;
            is_bot?: boolean;
            /** @enum {string} */
            state: "approved" | "changes_requested" | "commented" | "dismissed";
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            submitted_at: string;
        };
        DigestDeliveries: {
            items: components["schemas"]["DigestDelivery"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        DigestDelivery: {
            /** Format: uuid */
            id: string;
            /** Format: email */
            email: string;
            /**
             * Format: date
             * @description The Monday of its week.
             */
            week_start: string;
            /**
             * @description `stored` had no mail provider, `skipped` was no longer wanted, `expired` was still failing when the next was due.
             * @enum {string}
             */
            state: "pending" | "sending" | "sent" | "stored" | "failed" | "skipped" | "expired";
            attempts: number;
            subject: string | null;
            /** @description Of what has not gone out. */
            error: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            sent_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @description The last that the mail provider reported of it, as `email.delivered`. */
            reported: {
                type: string;
                /** Format: date-time */
                at: string;
            } | null;
        };
        DigestPreference: {
            /** Format: email */
            email: string;
            enabled: boolean;
            /**
             * @description Why it is off, when it was not switched off in the settings.
             * @enum {string|null}
             */
            suppressed_reason: "unsubscribed" | "bounced" | "complained" | null;
            /**
             * Format: date-time
             * @description Null: never changed.
             */
            updated_at: string | null;
            /** @description When it is due: ISO weekday (1 = Monday) and hour, local time. */
            schedule: {
                weekday: number;
                hour: number;
                time_zone: string;
            };
        };
        /**
         * @example {
         *       "enabled": false
         *     }
         */
        DigestPreferenceChange: {
            enabled: boolean;
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email?: string;
        };
        DigestPreview: {
            organization: string;
            period: components["schemas"]["Period"];
            /** @description The four totals of the week. */
            metrics: components["schemas"]["TileMetric"][];
            totals: {
                /** @enum {string} */
                key: "sessions" | "conversions" | "ig_reach" | "engagement";
                label: string;
                unit: string;
                /** @enum {string} */
                direction: "higher_is_better" | "lower_is_better" | "neutral";
                value: number | null;
                /** @description Rows behind the value. */
                n: number;
                previous: number | null;
                previous_n: number;
                /** @description Against the week before, in %. */
                change_pct: number | null;
                /** @enum {string|null} */
                change_reason: "new" | "no_previous" | "no_data" | null;
            }[];
            days: {
                /** Format: date */
                date: string;
                weekday: string;
                sessions: number | null;
                conversions: number | null;
                ig_reach: number | null;
                engagement: number | null;
            }[];
            /** @description Most conversions, ties by sessions, then the earlier day. */
            best_day: {
                /** Format: date */
                date: string;
                weekday: string;
                conversions: number;
                sessions: number | null;
            } | null;
            /** @enum {string|null} */
            best_day_reason: "no_conversions" | null;
            findings: {
                /** @enum {string} */
                kind: "quiet" | "change" | "new" | "conversion_rate" | "standout_day" | "steady" | "no_data";
                /** @enum {string|null} */
                metric: "sessions" | "conversions" | "ig_reach" | "engagement" | null;
                /** @enum {string} */
                tone: "good" | "bad" | "neutral";
                value: number;
                unit: string;
                text: string;
            }[];
            /** @description Null without a deployment in the week or the one before. */
            delivery: {
                metrics: {
                    /** @enum {string} */
                    key: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
                    /**
                     * @deprecated
                     * @description The same as `key`.
                     * @enum {string}
                     */
                    metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
                    label: string;
                    unit: string;
                    /** @enum {string} */
                    direction: "higher_is_better" | "lower_is_better" | "neutral";
                    definition: string;
                    value: number | null;
                    n: number;
                    /** @enum {string|null} */
                    null_reason: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                    /**
                     * @deprecated
                     * @description The same as `null_reason`.
                     * @enum {string|null}
                     */
                    no_data: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                    previous: number | null;
                    change: components["schemas"]["MetricChange"];
                    /** @description Against the week before; null for rates. */
                    change_pct: number | null;
                    /** @description Percentage points, for rates. */
                    change_points: number | null;
                    /** @enum {string|null} */
                    change_reason: "new" | "no_previous" | "no_data" | null;
                }[];
                /** @description What got worse by most, and the rows that made it so. */
                worst: {
                    /** @enum {string} */
                    metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
                    text: string;
                    causes: string[];
                } | null;
            } | null;
            /** @description Null without an AI session in the week or the one before. */
            ai: {
                figures: {
                    /** @enum {string} */
                    key: "cost_usd" | "sessions" | "acceptance_rate";
                    label: string;
                    unit: string;
                    /** @enum {string} */
                    direction: "higher_is_better" | "lower_is_better" | "neutral";
                    definition: string;
                    value: number | null;
                    /** @description Sessions; decisions, for the acceptance rate. */
                    n: number;
                    /** @enum {string|null} */
                    null_reason: "no_sessions" | "no_cost" | "no_decisions" | null;
                    previous: number | null;
                    change: components["schemas"]["MetricChange"];
                    /** @description Against the week before; null for rates. */
                    change_pct: number | null;
                    /** @description Percentage points, for rates. */
                    change_points: number | null;
                    /** @enum {string|null} */
                    change_reason: "new" | "no_previous" | "no_data" | null;
                }[];
                biggest_change: string | null;
                /** @description Sessions of which no cost is known. */
                uncosted_sessions: number;
            } | null;
            definitions: string[];
            subject: string;
        };
        DigestRun: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            trigger: "service" | "cron";
            /** @enum {string} */
            scope: "all" | "email" | "due";
            /** Format: date */
            week_start: string | null;
            /** @enum {string} */
            status: "running" | "ok" | "partial" | "aborted";
            sent: number;
            stored: number;
            skipped: number;
            failed: number;
            pending: number;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            finished_at: string | null;
            /** @description Weeks it named that no digest was sent of. */
            missed: number;
        };
        DigestRuns: {
            items: components["schemas"]["DigestRun"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /**
         * @description Whether more is better.
         * @enum {string}
         */
        Direction: "higher_is_better" | "lower_is_better" | "neutral";
        DiskAlertsResult: components["schemas"]["AlertMailsResult"] & {
            /** @description The thresholds, in %, that the database came to just now. */
            crossed: number[];
        };
        DoraBreakdown: {
            items: components["schemas"]["DoraGroup"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            /** @enum {string} */
            breakdown: "repository" | "team";
        };
        DoraChangeFailureRate: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metric: components["schemas"]["DoraMetric"];
            drill: {
                items: components["schemas"]["DoraDeploymentRow"][];
                total_count: number;
                page: number;
                page_size: number;
                has_more: boolean;
                /**
                 * @deprecated
                 * @description The same as `items`.
                 */
                rows: components["schemas"]["DoraDeploymentRow"][];
            } | null;
        };
        DoraChangeRow: {
            repository: string;
            sha: string;
            pull_request: string | null;
            title: string | null;
            /** Format: date-time */
            authored_at: string;
            /** Format: date-time */
            deployed_at: string;
            deployment: string | null;
            seconds: number | null;
            /** @description False for a negative span, and for what the first known deployment contains. */
            counted: boolean;
            /** @description The first known deployment contains it, so it has no lead time. */
            initial: boolean;
            /** @description Of its pull request, in seconds. */
            stages: {
                coding: number | null;
                pickup: number | null;
                review: number | null;
                deploy: number | null;
            } | null;
        };
        DoraDeploymentFrequency: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metric: components["schemas"]["DoraMetric"];
            drill: {
                items: components["schemas"]["DoraDeploymentRow"][];
                total_count: number;
                page: number;
                page_size: number;
                has_more: boolean;
                /**
                 * @deprecated
                 * @description The same as `items`.
                 */
                rows: components["schemas"]["DoraDeploymentRow"][];
            } | null;
        };
        DoraDeploymentRow: {
            repository: string;
            deployment: string;
            pipeline_id: string | null;
            /** @description Of the pipeline run; together they count once. */
            deployments: number;
            sha: string | null;
            /** @description As it is called where it was deployed. */
            environment: string;
            /** Format: date-time */
            finished_at: string;
            succeeded: boolean;
            pending: boolean;
            failed: boolean;
            unplanned: boolean;
            /** @description It went back to an older commit than the one before it, which is unplanned. */
            rollback: boolean;
            answers_incident: string | null;
            url: string | null;
            incidents: {
                incident: string;
                title: string;
                /**
                 * @description How an incident was linked: it names the deployment or commit, a revert names it, or it was the latest deployment before.
                 * @enum {string}
                 */
                method: "explicit" | "revert" | "time";
                deployment: string;
                /** Format: date-time */
                began_at: string;
                /** Format: date-time */
                resolved_at: string | null;
                url: string | null;
            }[];
        };
        DoraFilterOptions: {
            teams: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            repositories: string[];
            environments: {
                name: string;
                deployments: number;
                /** Format: date-time */
                first_at: string;
                /** Format: date-time */
                last_at: string;
            }[];
        };
        DoraForecast: {
            /** @enum {string} */
            key: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
            label: string;
            /** @enum {string} */
            unit: "deployments/day" | "seconds" | "%";
            /** @enum {string} */
            direction: "higher_is_better" | "lower_is_better";
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description The weeks it was made of. */
            n: number;
            /**
             * @description Why there is no forecast.
             * @enum {string|null}
             */
            null_reason: "too_short" | "too_many_gaps" | null;
            /**
             * @deprecated
             * @description The same as `key`.
             * @enum {string}
             */
            metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
            /**
             * @deprecated
             * @description The same as `null_reason`.
             * @enum {string|null}
             */
            no_data: "too_short" | "too_many_gaps" | null;
            period: components["schemas"]["Period"] & unknown;
            environment: string;
            horizon: number;
            history: {
                weeks: number;
                weeks_needed: number;
                first: string | null;
                last: string | null;
                /** @description Silent weeks that got a value between others. */
                gaps_filled: number;
            };
            /**
             * @description The better of the two by `mae`: Holt's damped trend, or the last season again.
             * @enum {string|null}
             */
            method: "holt_damped" | "seasonal_naive" | null;
            parameters: {
                alpha: number;
                beta: number;
                phi: number;
            } | null;
            season_weeks: number;
            /** @description Errors of both over rolling origins, each fitted on the weeks before it alone. */
            backtest: {
                origins: number;
                holt_damped: {
                    mae: number;
                    rmse: number;
                    /** @description `mae` ÷ the mean absolute change from one week to the next. */
                    mase: number | null;
                };
                seasonal_naive: {
                    mae: number;
                    rmse: number;
                    /** @description `mae` ÷ the mean absolute change from one week to the next. */
                    mase: number | null;
                };
            } | null;
            forecast: {
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
                value: number;
                low_80: number;
                high_80: number;
                low_95: number;
                high_95: number;
            }[];
        };
        /**
         * @example {
         *       "metric": "lead_time",
         *       "horizon": 8
         *     }
         */
        DoraForecastRequest: {
            /** @enum {string} */
            metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
            /** @description Weeks ahead. */
            horizon: number;
            /** @description After how many weeks the seasonal naive forecast repeats itself. Defaults to 52 where there are two years, else to 1. */
            season_weeks?: number;
            /**
             * Format: uuid
             * @description Required for the service; a signed-in user defaults to their home organization.
             */
            org_id?: string;
            /** @description The id or name of a team: the deliveries of its repositories. */
            team?: string;
            /** @example acme/shop */
            repository?: string;
            /** @description Defaults to `production`, which stands for all environments that are. */
            environment?: string;
        };
        DoraGroup: {
            /**
             * Format: uuid
             * @description Null of a repository.
             */
            team_id: string | null;
            /** @description `owner/name` of a repository, a team's name. */
            name: string;
            /** @description How many repositories it is of. */
            repositories: number;
            metrics: components["schemas"]["DoraMetric"][];
        };
        DoraIncidentRow: {
            repository: string;
            incident: string;
            title: string;
            severity: string | null;
            /** Format: date-time */
            began_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            resolved_at: string | null;
            url: string | null;
            deployment: string | null;
            /** Format: date-time */
            deployed_at: string | null;
            /**
             * @description How an incident was linked: it names the deployment or commit, a revert names it, or it was the latest deployment before.
             * @enum {string|null}
             */
            method: "explicit" | "revert" | "time" | null;
            recovery_seconds: number | null;
            duration_seconds: number | null;
            counted_in: ("recovery_time" | "incident_duration")[];
        };
        DoraLeadTime: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metric: components["schemas"]["DoraMetric"];
            stages: {
                /** @enum {string} */
                stage: "coding" | "pickup" | "review" | "deploy";
                n: number;
                negative_spans: number;
                unknown: number;
                p50: number | null;
                p75: number | null;
                p90: number | null;
            }[];
            weeks: {
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
                complete: boolean;
                n: number;
                p50: number | null;
                p75: number | null;
                p90: number | null;
            }[];
            /** @description How the durations behind the median are spread. */
            histogram: {
                /** @description In the bin. */
                from_seconds: number;
                /** @description Not in it; null: without an end. */
                to_seconds: number | null;
                n: number;
            }[];
            drill: {
                items: components["schemas"]["DoraChangeRow"][];
                total_count: number;
                page: number;
                page_size: number;
                has_more: boolean;
                /**
                 * @deprecated
                 * @description The same as `items`.
                 */
                rows: components["schemas"]["DoraChangeRow"][];
            } | null;
        };
        DoraMetric: {
            /** @enum {string} */
            key: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
            label: string;
            /** @enum {string} */
            unit: "deployments/day" | "seconds" | "%";
            /** @enum {string} */
            direction: "higher_is_better" | "lower_is_better";
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description The median, of durations. Null with the reason in `null_reason`. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
            /** @description Of durations. */
            percentiles: {
                p50: number;
                p75: number;
                p90: number;
            } | null;
            /** @description Of the frequency: the median number of days with a deployment over the weeks that lie in the period and are over. */
            days_per_week: number | null;
            /** @description The same over calendar months, those that the period cuts as they are; a period of up to 31 days is one. */
            days_per_month: number | null;
            /** @description The same over halves of a year; a period of up to 184 days is one. */
            days_per_half_year: number | null;
            /** @description Rows left out of the value, and why. */
            excluded: {
                negative_spans?: number;
                /** @description Changes that the first known deployment of their environment contains. */
                first_deployment_changes?: number;
                pending_deployments?: number;
                open_incidents?: number;
            };
            /** @enum {string|null} */
            band: "elite" | "high" | "medium" | "low" | null;
            /**
             * @description Whose bounds the band has: the report's, or Apache DevLake's where the report gives several bands one range.
             * @enum {string|null}
             */
            band_source: "report" | "devlake" | null;
            /**
             * @description Why there is no band.
             * @enum {string|null}
             */
            band_reason: "no_data" | "no_tiers" | "unordered_tiers" | "not_in_report" | "no_complete_week" | "window_too_short" | null;
            previous: {
                value: number | null;
                n: number;
                period: components["schemas"]["Period"];
                /** @enum {string|null} */
                null_reason: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                /**
                 * @deprecated
                 * @enum {string|null}
                 */
                no_data: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
            } | null;
            change: components["schemas"]["MetricChange"];
            /**
             * @deprecated
             * @description The same as `key`.
             * @enum {string}
             */
            metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
            /**
             * @deprecated
             * @description The same as `null_reason`.
             * @enum {string|null}
             */
            no_data: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
            /**
             * @deprecated
             * @description `change`, of what is no rate.
             */
            change_pct: number | null;
            /**
             * @deprecated
             * @description `change`, of rates.
             */
            change_points: number | null;
            /**
             * @deprecated
             * @enum {string|null}
             */
            change_reason: "new" | "no_previous" | "no_data" | null;
        };
        DoraRecoveryTime: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metric: components["schemas"]["DoraMetric"];
            incident_duration: components["schemas"]["DoraMetric"];
            /** @description How the durations behind the median are spread. */
            histogram: {
                /** @description In the bin. */
                from_seconds: number;
                /** @description Not in it; null: without an end. */
                to_seconds: number | null;
                n: number;
            }[];
            drill: {
                items: components["schemas"]["DoraIncidentRow"][];
                total_count: number;
                page: number;
                page_size: number;
                has_more: boolean;
                /**
                 * @deprecated
                 * @description The same as `items`.
                 */
                rows: components["schemas"]["DoraIncidentRow"][];
            } | null;
        };
        DoraReworkRate: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metric: components["schemas"]["DoraMetric"];
            drill: {
                items: components["schemas"]["DoraDeploymentRow"][];
                total_count: number;
                page: number;
                page_size: number;
                has_more: boolean;
                /**
                 * @deprecated
                 * @description The same as `items`.
                 */
                rows: components["schemas"]["DoraDeploymentRow"][];
            } | null;
        };
        DoraSummary: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            report_year: "2021" | "2023" | "2024" | "2025";
            metrics: components["schemas"]["DoraMetric"][];
        };
        DoraTrend: {
            period: components["schemas"]["Period"];
            environment: string;
            /** @description A deployment younger than this is pending, and not in the change failure rate. */
            failure_window_hours: number;
            /** @enum {string} */
            interval: "day" | "week" | "month";
            series: {
                /** @enum {string} */
                key: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
                label: string;
                /** @enum {string} */
                unit: "deployments/day" | "seconds" | "%";
                /** @enum {string} */
                direction: "higher_is_better" | "lower_is_better";
                /** @description Which definition the number has, and its version. */
                definition: string;
                /**
                 * @deprecated
                 * @description The same as `key`.
                 * @enum {string}
                 */
                metric: "deployment_frequency" | "lead_time" | "change_failure_rate" | "recovery_time" | "incident_duration" | "rework_rate";
                points: {
                    /** Format: date */
                    start: string;
                    /** Format: date */
                    end: string;
                    /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                    complete: boolean;
                    value: number | null;
                    n: number;
                    /** @enum {string|null} */
                    null_reason: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                    /**
                     * @deprecated
                     * @description The same as `null_reason`.
                     * @enum {string|null}
                     */
                    no_data: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                }[];
                /** @description The same of the period that `compare` names. */
                previous: {
                    period: components["schemas"]["Period"];
                    points: {
                        /** Format: date */
                        start: string;
                        /** Format: date */
                        end: string;
                        /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                        complete: boolean;
                        value: number | null;
                        n: number;
                        /** @enum {string|null} */
                        null_reason: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                        /**
                         * @deprecated
                         * @description The same as `null_reason`.
                         * @enum {string|null}
                         */
                        no_data: "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | null;
                    }[];
                } | null;
            }[];
        };
        ErasureReceipt: {
            /** Format: uuid */
            receipt_id: string;
            /** Format: date-time */
            erased_at: string;
            events_removed: number;
            days_removed: number;
            ids_removed: number;
        };
        /**
         * @example {
         *       "id": "5f6f2f6f-0f8f-4a7c-9d51-3a520b7a3f11",
         *       "org_id": "3f1d2c0e-58a7-4f6e-9a0b-6f2c3d4e5f60",
         *       "job_id": "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
         *       "delivery_id": null,
         *       "kind": "review",
         *       "item": {
         *         "repository": "octocat/hello-world",
         *         "pull_request": "12",
         *         "external_id": "80",
         *         "state": "approved"
         *       },
         *       "code": "unknown_pull_request",
         *       "reason": "There is no pull request 12",
         *       "state": "open",
         *       "attempts": 1,
         *       "created_at": "2026-11-16T09:29:00Z",
         *       "updated_at": "2026-11-16T09:29:00Z"
         *     }
         */
        EtlDeadLetter: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            org_id: string;
            /** Format: uuid */
            job_id: string | null;
            /** @description The webhook delivery it came with. */
            delivery_id: string | null;
            /** @description What the item is; null for a whole delivery that could not be read. */
            kind: string | null;
            item: {
                [key: string]: unknown;
            } | null;
            code: string;
            reason: string;
            /** @enum {string} */
            state: "open" | "resolved";
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        EtlDeadLetters: {
            items: components["schemas"]["EtlDeadLetter"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /**
         * @example {
         *       "id": "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
         *       "org_id": "3f1d2c0e-58a7-4f6e-9a0b-6f2c3d4e5f60",
         *       "kind": "github",
         *       "repository": "octocat/hello-world",
         *       "repository_github_id": 1296269,
         *       "reads_as": "connection",
         *       "interval_minutes": 60,
         *       "retry_minutes": 10,
         *       "active": true,
         *       "incident_labels": [
         *         "incident"
         *       ],
         *       "deploy_workflow": null,
         *       "deploy_environment": "production",
         *       "deploy_branches": null,
         *       "deploy_events": null,
         *       "production_environments": null,
         *       "since": null,
         *       "state": "FINISHED",
         *       "reason": null,
         *       "partial": false,
         *       "access_proved_at": "2026-11-16T09:30:00Z",
         *       "next_run_at": "2026-11-16T10:30:00Z",
         *       "last_run": {
         *         "id": "9d51f8f0-7a3a-4c7c-8f52-6c112f6f3f6f",
         *         "state": "FINISHED",
         *         "created_at": "2026-11-16T09:29:00Z",
         *         "finished_at": "2026-11-16T09:30:00Z"
         *       },
         *       "created_at": "2026-11-01T00:00:00Z",
         *       "updated_at": "2026-11-16T09:30:00Z"
         *     }
         */
        EtlJob: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            org_id: string;
            /** @enum {string} */
            kind: "github";
            repository: string;
            repository_github_id: number | null;
            /**
             * @description With whose GitHub token: that of whoever made the job, or the deployment's, for jobs that the service made.
             * @enum {string}
             */
            reads_as: "connection" | "deployment";
            interval_minutes: number;
            retry_minutes: number;
            active: boolean;
            incident_labels: string[];
            deploy_workflow: string | null;
            deploy_environment: string;
            deploy_branches: string[] | null;
            deploy_events: string[] | null;
            production_environments: string[] | null;
            /** Format: date */
            since: string | null;
            /** @enum {string} */
            state: "READY" | "RUNNING" | "FINISHED" | "FAILED";
            /** @description Why it failed, or what it waits for. */
            reason: string | null;
            /** @description The last run finished but for some steps: `reason` says which and why. */
            partial: boolean;
            /**
             * Format: date-time
             * @description When a run last ended well. Webhooks about the repository count from then on.
             */
            access_proved_at: string | null;
            /** Format: date-time */
            next_run_at: string | null;
            last_run: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                state: "READY" | "RUNNING" | "FINISHED" | "FAILED";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                finished_at: string | null;
            } | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @example {
         *       "interval_minutes": 30,
         *       "active": true
         *     }
         */
        EtlJobChanges: {
            /** @description Minutes from the end of a run to the beginning of the next. */
            interval_minutes?: number;
            /** @description Minutes until a run that failed is tried again. */
            retry_minutes?: number;
            active?: boolean;
            /** @description Issues with one of these labels are incidents. */
            incident_labels?: string[];
            /** @description The file of the workflow whose runs are the deployments, `deploy.yml` say. Without it, GitHub's own deployments are. */
            deploy_workflow?: string | null;
            /** @description The environment that workflow deploys to. */
            deploy_environment?: string;
            /** @description The branches and tags whose runs of that workflow are deployments, `*` standing for anything. Without it, the default branch and tags that look like versions. */
            deploy_branches?: string[] | null;
            /** @description The events whose runs of that workflow are deployments, `push` say. Without it, all but those of pull requests and merge queues. */
            deploy_events?: string[] | null;
            /** @description The names of GitHub's environments that are production, `*` standing for anything. Without it GitHub's flag and the organization's setting decide. */
            production_environments?: string[] | null;
        };
        /**
         * @example {
         *       "repository": "octocat/hello-world"
         *     }
         */
        EtlJobRequest: {
            /**
             * Format: uuid
             * @description Required for the service; a signed-in user defaults to their home organization.
             */
            org_id?: string;
            repository: string;
            /**
             * @description Minutes from the end of a run to the beginning of the next.
             * @default 60
             */
            interval_minutes: number;
            /**
             * @description Minutes until a run that failed is tried again.
             * @default 10
             */
            retry_minutes: number;
            /** @default true */
            active: boolean;
            /**
             * @description Issues with one of these labels are incidents.
             * @default [
             *       "incident"
             *     ]
             */
            incident_labels: string[];
            /**
             * @description The file of the workflow whose runs are the deployments, `deploy.yml` say. Without it, GitHub's own deployments are.
             * @default null
             */
            deploy_workflow: string | null;
            /**
             * @description The environment that workflow deploys to.
             * @default production
             */
            deploy_environment: string;
            /**
             * @description The branches and tags whose runs of that workflow are deployments, `*` standing for anything. Without it, the default branch and tags that look like versions.
             * @default null
             */
            deploy_branches: string[] | null;
            /**
             * @description The events whose runs of that workflow are deployments, `push` say. Without it, all but those of pull requests and merge queues.
             * @default null
             */
            deploy_events: string[] | null;
            /**
             * @description The names of GitHub's environments that are production, `*` standing for anything. Without it GitHub's flag and the organization's setting decide.
             * @default null
             */
            production_environments: string[] | null;
            /**
             * Format: date
             * @description Nothing older than this day is read.
             * @default null
             */
            since: string | null;
        };
        EtlJobs: {
            items: components["schemas"]["EtlJob"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /**
         * @example {
         *       "id": "9d51f8f0-7a3a-4c7c-8f52-6c112f6f3f6f",
         *       "job_id": "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
         *       "org_id": "3f1d2c0e-58a7-4f6e-9a0b-6f2c3d4e5f60",
         *       "trigger": "schedule",
         *       "state": "RUNNING",
         *       "reason": null,
         *       "resumes_at": null,
         *       "steps": [
         *         {
         *           "name": "repository",
         *           "state": "FINISHED",
         *           "done": 1,
         *           "total": 1
         *         },
         *         {
         *           "name": "commits",
         *           "state": "RUNNING",
         *           "done": 4000,
         *           "total": 50000
         *         }
         *       ],
         *       "requests": 44,
         *       "pages": 42,
         *       "stored": 4001,
         *       "rejected": 0,
         *       "partial": false,
         *       "calls": 1,
         *       "version": 44,
         *       "seconds": 10,
         *       "created_at": "2026-11-16T09:29:00Z",
         *       "started_at": "2026-11-16T09:29:00Z",
         *       "updated_at": "2026-11-16T09:29:10Z",
         *       "finished_at": null,
         *       "done": 4001,
         *       "total": 50001,
         *       "percentage": 54,
         *       "rate": 400.1,
         *       "seconds_left": 115
         *     }
         */
        EtlRun: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            job_id: string;
            /** Format: uuid */
            org_id: string;
            /** @enum {string} */
            trigger: "schedule" | "request";
            /** @enum {string} */
            state: "READY" | "RUNNING" | "FINISHED" | "FAILED";
            /** @description Why it failed, or what it waits for. */
            reason: string | null;
            /** @description It finished, but for the steps that failed. */
            partial: boolean;
            /** Format: date-time */
            resumes_at: string | null;
            steps: {
                name: string;
                /** @enum {string} */
                state: "READY" | "RUNNING" | "FINISHED" | "FAILED";
                done: number;
                total: number | null;
                /** @description Why it failed. */
                reason?: string;
            }[];
            /** @description Requests to GitHub, those it answered 304 included. */
            requests: number;
            pages: number;
            /** @description Rows stored. */
            stored: number;
            /** @description Rows that could not be stored: see the dead letters. */
            rejected: number;
            /** @description Calls of the function it has been worked on in. */
            calls: number;
            /** @description Grows with every change; the id of live events. */
            version: number;
            seconds: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            finished_at: string | null;
            done: number;
            total: number | null;
            percentage: number | null;
            /** @description Read in a second. */
            rate: number | null;
            seconds_left: number | null;
        };
        /**
         * @example {
         *       "run_id": "9d51f8f0-7a3a-4c7c-8f52-6c112f6f3f6f"
         *     }
         */
        EtlRunStarted: {
            /** Format: uuid */
            run_id: string;
        };
        EtlRuns: {
            items: components["schemas"]["EtlRun"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /**
         * @example {
         *       "jobs": {
         *         "total": 2,
         *         "active": 2,
         *         "ready": 0,
         *         "running": 0,
         *         "finished": 1,
         *         "failed": 1
         *       },
         *       "failing": [
         *         {
         *           "id": "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
         *           "repository": "octocat/secret",
         *           "reason": "GitHub does not know this repository, or does not show it to this token"
         *         }
         *       ],
         *       "next_run_at": "2026-11-16T10:30:00Z",
         *       "last_finished_at": "2026-11-16T09:30:00Z",
         *       "open_dead_letters": 0
         *     }
         */
        EtlStatus: {
            jobs: {
                total: number;
                active: number;
                ready: number;
                running: number;
                finished: number;
                failed: number;
            };
            failing: {
                /** Format: uuid */
                id: string;
                repository: string;
                reason: string | null;
            }[];
            /** Format: date-time */
            next_run_at: string | null;
            /** Format: date-time */
            last_finished_at: string | null;
            open_dead_letters: number;
        };
        /**
         * @example {
         *       "finished": 1,
         *       "failed": 0,
         *       "continued": 0,
         *       "lost": 0,
         *       "deliveries": 0,
         *       "remaining": 0
         *     }
         */
        EtlTick: {
            finished: number;
            failed: number;
            /** @description To be continued by a next call. */
            continued: number;
            /** @description Taken over by another worker meanwhile. */
            lost: number;
            /** @description Webhook deliveries that had been left behind. */
            deliveries: number;
            /** @description Jobs and deliveries that are due and were left to a next call: call again. */
            remaining: number;
        };
        /** @example {} */
        EtlTickRequest: {
            /**
             * Format: uuid
             * @description Only this job, if it is due.
             */
            job_id?: string;
        };
        EventDrops: {
            /** Format: date */
            date: string;
            reason: string;
            count: number;
        };
        EventProperty: {
            name: string;
            types: string[];
            count: number;
            examples: string[];
        };
        ExportedEvent: {
            event: string;
            event_id: string;
            /** Format: date-time */
            occurred_at: string;
            /** Format: date */
            day: string;
            /** Format: date-time */
            sent_at: string;
            /** Format: date-time */
            received_at: string;
            clamped: boolean;
            properties: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "email": "ada@example.com"
         *     }
         */
        ForgotPassword: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email: string;
        };
        /**
         * @example {
         *       "message": "If somebody signed up with this address, a mail is on its way"
         *     }
         */
        ForgotPasswordAnswer: {
            message: string;
        };
        FoundGithubConnection: {
            connection: components["schemas"]["GithubConnection"];
        };
        FoundPerson: components["schemas"]["AnalyticsPerson"] & {
            /** @description The id that was found. */
            id: string;
        };
        FoundPersons: {
            items: components["schemas"]["FoundPerson"][];
            /** @description Whether more ids begin so. */
            has_more: boolean;
        };
        GithubCodeQuality: {
            period: components["schemas"]["Period"];
            /** @description What it is compared with; null where it is with nothing. */
            previous_period: components["schemas"]["Period"] | null;
            /** @description Pull requests merged in the period. */
            merged: number;
            /** @description Those that another person reviewed. */
            reviewed: number;
            metrics: components["schemas"]["GithubQualityMetric"][];
            /** @description Lines added and deleted: XS under 10, S under 30, M under 100, L under 500, XL under 1,000, XXL. */
            sizes: {
                /** @enum {string} */
                class: "XS" | "S" | "M" | "L" | "XL" | "XXL";
                n: number;
                pct: number | null;
            }[];
        };
        /**
         * @example {
         *       "source_name": "github",
         *       "account_ref": "octocat",
         *       "expires_at": "2027-02-01T00:00:00.000Z",
         *       "created_at": "2026-11-16T09:30:00.000Z",
         *       "updated_at": "2026-11-16T09:30:00.000Z"
         *     }
         */
        GithubConnection: {
            /** @enum {string} */
            source_name: "github";
            /** @description The login GitHub knows the token's owner by. */
            account_ref: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        } | null;
        /**
         * @example {
         *       "access_token": "ghp_your_token",
         *       "expires_at": "2027-02-01T00:00:00Z"
         *     }
         */
        GithubConnectionRequest: {
            access_token: string;
            refresh_token?: string | null;
            /**
             * Format: date-time
             * @description When the access token ends, if it does.
             */
            expires_at?: string | null;
            /** @description The login the token should be of. When given and it is another's, nothing is stored. */
            account_ref?: string | null;
        };
        GithubContributors: {
            period: components["schemas"]["Period"];
            /** @description What it is compared with; null where it is with nothing. */
            previous_period: components["schemas"]["Period"] | null;
            /**
             * @description What a name is: a person's login only if the organization has opted in.
             * @enum {string}
             */
            by: "person" | "team";
            totals: {
                persons: number;
                commits: number;
                pull_requests: number;
                reviews: number;
            };
            /** @description Everybody's, in the organization's time zone; hours without any are left out. Null if too few people. */
            activity: {
                /** @description 1 is Monday, 7 Sunday. */
                weekday: number;
                hour: number;
                commits: number;
                pull_requests: number;
                reviews: number;
            }[] | null;
            /** @description Groups of fewer persons than the organization's `min_group_size`, left out. */
            hidden_groups: number;
            review_network: {
                total_edges: number;
                nodes: {
                    name: string;
                    given: number;
                    received: number;
                }[];
                /** @description Who reviews whom; of more than 500 the heaviest. */
                edges: {
                    reviewer: string;
                    author: string;
                    reviews: number;
                    pull_requests: number;
                }[];
            };
            items: {
                name: string;
                persons: number;
                commits: number;
                pull_requests: number;
                reviews: number;
                activity: {
                    /** @description 1 is Monday, 7 Sunday. */
                    weekday: number;
                    hour: number;
                    commits: number;
                    pull_requests: number;
                    reviews: number;
                }[];
            }[];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            contributors: {
                name: string;
                persons: number;
                commits: number;
                pull_requests: number;
                reviews: number;
                activity: {
                    /** @description 1 is Monday, 7 Sunday. */
                    weekday: number;
                    hour: number;
                    commits: number;
                    pull_requests: number;
                    reviews: number;
                }[];
            }[];
            /** @description The smallest number of people who wrote more than half of the period's commits. */
            bus_factor: {
                key: string;
                label: string;
                unit: string;
                direction: components["schemas"]["Direction"];
                /** @description Which definition the number has, and its version. */
                definition: string;
                /** @description Null with the reason in `null_reason`, never 0 instead. */
                value: number | null;
                /** @description Rows behind the value. */
                n: number;
                /** @enum {string|null} */
                null_reason: "no_commits" | null;
                authors: number;
                previous: {
                    value: number | null;
                    n: number;
                    period: components["schemas"]["Period"];
                    authors: number;
                } | null;
                change: components["schemas"]["MetricChange"];
                /**
                 * @deprecated
                 * @description The same as `null_reason`.
                 * @enum {string|null}
                 */
                no_data: "no_commits" | null;
                /** @deprecated */
                change_pct: number | null;
                /**
                 * @deprecated
                 * @enum {string|null}
                 */
                change_reason: "new" | "no_previous" | "no_data" | null;
            };
        };
        GithubQualityMetric: {
            /** @enum {string} */
            key: "first_review_time" | "review_time" | "merge_time" | "size" | "rework_commits" | "review_cycles" | "comments" | "coverage" | "complexity";
            label: string;
            /** @enum {string} */
            unit: "seconds" | "lines" | "commits" | "rounds" | "comments" | "%" | "points";
            /** @enum {string} */
            direction: "higher_is_better" | "lower_is_better" | "neither";
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description The median. Null with the reason in `null_reason`. */
            value: number | null;
            /** @description Pull requests, or posted readings, behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_pull_requests" | "no_reviews" | "only_negative_spans" | "not_reported" | "not_posted" | null;
            p75: number | null;
            p90: number | null;
            excluded: {
                negative_spans: number;
                /** @description Not reported, or never reviewed. */
                unknown: number;
            };
            previous: {
                value: number | null;
                n: number;
                period: components["schemas"]["Period"];
                /** @enum {string|null} */
                null_reason: "no_pull_requests" | "no_reviews" | "only_negative_spans" | "not_reported" | "not_posted" | null;
                /**
                 * @deprecated
                 * @enum {string|null}
                 */
                no_data: "no_pull_requests" | "no_reviews" | "only_negative_spans" | "not_reported" | "not_posted" | null;
            } | null;
            change: components["schemas"]["MetricChange"];
            /**
             * @deprecated
             * @description The same as `key`.
             * @enum {string}
             */
            metric: "first_review_time" | "review_time" | "merge_time" | "size" | "rework_commits" | "review_cycles" | "comments" | "coverage" | "complexity";
            /**
             * @deprecated
             * @description The same as `null_reason`.
             * @enum {string|null}
             */
            no_data: "no_pull_requests" | "no_reviews" | "only_negative_spans" | "not_reported" | "not_posted" | null;
            /**
             * @deprecated
             * @description `change`, of what is no per cent.
             */
            change_pct: number | null;
            /**
             * @deprecated
             * @description `change`, of per cent.
             */
            change_points: number | null;
            /**
             * @deprecated
             * @enum {string|null}
             */
            change_reason: "new" | "no_previous" | "no_data" | null;
        };
        /**
         * @example {
         *       "total_public_repos": 8,
         *       "returned_count": 1,
         *       "repositories": [
         *         {
         *           "name": "hello-world",
         *           "full_name": "octocat/hello-world",
         *           "description": "My first repository",
         *           "html_url": "https://github.com/octocat/hello-world",
         *           "clone_url": "https://github.com/octocat/hello-world.git",
         *           "private": false,
         *           "fork": false,
         *           "language": "TypeScript",
         *           "stargazers_count": 80,
         *           "forks_count": 9,
         *           "open_issues_count": 2,
         *           "created_at": "2011-01-26T19:01:12Z",
         *           "updated_at": "2026-11-16T09:30:00Z",
         *           "pushed_at": "2026-11-16T09:29:58Z"
         *         }
         *       ]
         *     }
         */
        GithubRepositories: {
            /** @description All public repositories of the account. */
            total_public_repos: number;
            returned_count: number;
            repositories: components["schemas"]["GithubRepository"][];
        };
        /**
         * @example {
         *       "name": "hello-world",
         *       "full_name": "octocat/hello-world",
         *       "description": "My first repository",
         *       "html_url": "https://github.com/octocat/hello-world",
         *       "clone_url": "https://github.com/octocat/hello-world.git",
         *       "private": false,
         *       "fork": false,
         *       "language": "TypeScript",
         *       "stargazers_count": 80,
         *       "forks_count": 9,
         *       "open_issues_count": 2,
         *       "created_at": "2011-01-26T19:01:12Z",
         *       "updated_at": "2026-11-16T09:30:00Z",
         *       "pushed_at": "2026-11-16T09:29:58Z"
         *     }
         */
        GithubRepository: {
            name: string;
            full_name: string;
            description: string | null;
            /** Format: uri */
            html_url: string;
            /** Format: uri */
            clone_url: string;
            /**
             * @description Always false: private ones are left out.
             * @enum {boolean}
             */
            private: false;
            fork: boolean;
            language: string | null;
            stargazers_count: number;
            forks_count: number;
            open_issues_count: number;
            /** Format: date-time */
            created_at: string | null;
            /** Format: date-time */
            updated_at: string | null;
            /** Format: date-time */
            pushed_at: string | null;
        };
        GithubRepositoryReport: {
            period: components["schemas"]["Period"];
            /** @description What it is compared with; null where it is with nothing. */
            previous_period: components["schemas"]["Period"] | null;
            items: {
                repository: string;
                default_branch: string;
                archived: boolean;
                releases: {
                    releases: number;
                    prereleases: number;
                    /** @description The median since the release before, which may be older than the period. */
                    days_between: number | null;
                    /** Format: date-time */
                    last: string | null;
                };
                stale_branches: {
                    /** @description Beside the default branch. */
                    branches: number;
                    /** @description With no commit in the 30 days before the period's end. */
                    count: number;
                    unknown: number;
                    oldest: {
                        name: string;
                        /** Format: date-time */
                        last_commit_at: string;
                    }[];
                };
                commits: {
                    /** @description By people, on the default branch, without merges. */
                    count: number;
                    /** @description Those that came through no pull request. */
                    direct: number;
                    authors: number;
                    active_days: number;
                    /** @description From Monday, and from midnight. Null where fewer people than `min_group_size` worked, unless the organization has opted in. */
                    pattern: {
                        by_weekday: number[];
                        by_hour: number[];
                    } | null;
                    per_week: number;
                };
                strategy: {
                    /** @description Pull requests merged in the period. */
                    merged: number;
                    merge_methods: {
                        merge: number;
                        squash: number;
                        rebase: number;
                        unknown: number;
                    };
                    base_branches: {
                        name: string;
                        pull_requests: number;
                    }[];
                    /** @description The median from a branch's first commit to its merge. */
                    lifetime_seconds: number | null;
                    /** @description Of the commits; null without any. */
                    direct_commits_pct: number | null;
                    merge_methods_pct: {
                        merge: number | null;
                        squash: number | null;
                        rebase: number | null;
                        unknown: number | null;
                    };
                };
            }[];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            repositories: {
                repository: string;
                default_branch: string;
                archived: boolean;
                releases: {
                    releases: number;
                    prereleases: number;
                    /** @description The median since the release before, which may be older than the period. */
                    days_between: number | null;
                    /** Format: date-time */
                    last: string | null;
                };
                stale_branches: {
                    /** @description Beside the default branch. */
                    branches: number;
                    /** @description With no commit in the 30 days before the period's end. */
                    count: number;
                    unknown: number;
                    oldest: {
                        name: string;
                        /** Format: date-time */
                        last_commit_at: string;
                    }[];
                };
                commits: {
                    /** @description By people, on the default branch, without merges. */
                    count: number;
                    /** @description Those that came through no pull request. */
                    direct: number;
                    authors: number;
                    active_days: number;
                    /** @description From Monday, and from midnight. Null where fewer people than `min_group_size` worked, unless the organization has opted in. */
                    pattern: {
                        by_weekday: number[];
                        by_hour: number[];
                    } | null;
                    per_week: number;
                };
                strategy: {
                    /** @description Pull requests merged in the period. */
                    merged: number;
                    merge_methods: {
                        merge: number;
                        squash: number;
                        rebase: number;
                        unknown: number;
                    };
                    base_branches: {
                        name: string;
                        pull_requests: number;
                    }[];
                    /** @description The median from a branch's first commit to its merge. */
                    lifetime_seconds: number | null;
                    /** @description Of the commits; null without any. */
                    direct_commits_pct: number | null;
                    merge_methods_pct: {
                        merge: number | null;
                        squash: number | null;
                        rebase: number | null;
                        unknown: number | null;
                    };
                };
            }[];
        };
        /**
         * @example {
         *       "username": "octocat",
         *       "name": "The Octocat",
         *       "email": "octocat@github.com",
         *       "bio": null,
         *       "company": "@github",
         *       "location": "San Francisco",
         *       "public_repos": 8,
         *       "followers": 20000,
         *       "following": 9,
         *       "created_at": "2011-01-25T18:44:36Z",
         *       "avatar_url": "https://avatars.githubusercontent.com/u/583231",
         *       "html_url": "https://github.com/octocat"
         *     }
         */
        GithubUser: {
            username: string;
            name: string | null;
            /** Format: email */
            email: string | null;
            bio: string | null;
            company: string | null;
            location: string | null;
            public_repos: number;
            followers: number;
            following: number;
            /** Format: date-time */
            created_at: string;
            /** Format: uri */
            avatar_url: string;
            /** Format: uri */
            html_url: string;
        };
        /**
         * @description What GitHub sends of the event.
         * @example {
         *       "zen": "Keep it logically awesome.",
         *       "hook_id": 109948940
         *     }
         */
        GithubWebhook: {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "received": true,
         *       "duplicate": false
         *     }
         */
        GithubWebhookReceipt: {
            /** @enum {boolean} */
            received: true;
            /** @description This delivery was received before. */
            duplicate: boolean;
        };
        GroupPerson: {
            /**
             * Format: uuid
             * @description The organization; required for the service. A key has its own, a person their home.
             */
            org_id?: string;
            /** @description A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`. */
            writeKey?: string;
            user_id?: string;
            anonymous_id?: string;
            group_id: string;
            traits?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was so; without it, on arrival. Of two words about one trait that of the later time holds, whichever comes first.
             */
            occurred_at?: string;
        };
        IdentifyPerson: {
            /**
             * Format: uuid
             * @description The organization; required for the service. A key has its own, a person their home.
             */
            org_id?: string;
            /** @description A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`. */
            writeKey?: string;
            user_id?: string;
            /** @description The same person before they were known. */
            anonymous_id?: string;
            traits?: {
                [key: string]: unknown;
            };
            age?: number | null;
            /** @enum {string} */
            gender?: "Male" | "Female" | "Other" | "unknown";
            /**
             * Format: date-time
             * @description When it was so; without it, on arrival. Of two words about one trait that of the later time holds, whichever comes first.
             */
            occurred_at?: string;
        };
        /**
         * @example {
         *       "items": [
         *         {
         *           "email": "demo@livinglytics.test",
         *           "source_name": "ga4",
         *           "metric_date": "2026-11-16",
         *           "data": {
         *             "sessions": 120,
         *             "conversions": 4
         *           }
         *         }
         *       ]
         *     }
         */
        IngestBatch: {
            items: unknown[];
        };
        IngestBatchResult: {
            /** @description Numbers stored. */
            ingested: number;
            /** @description Their names. */
            metrics: string[];
            /** @description Readings stored. */
            accepted: number;
            /** @description Always 0: a reading sent again is a correction and replaces the one before. */
            duplicates: number;
            /** @description What was not taken, and why. */
            rejected: components["schemas"]["Rejected"][];
            results: {
                index: number;
                /** @description 200, 404 or 422. */
                status: number;
                ingested: number;
                code?: string;
                errors?: {
                    path: string;
                    message: string;
                }[];
            }[];
        };
        IngestItem: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email: string;
            /** @example ga4 */
            source_name: string;
            /**
             * Format: date
             * @example 2026-11-16
             */
            metric_date: string;
            /**
             * @example {
             *       "sessions": 120,
             *       "conversions": 4
             *     }
             */
            data: {
                [key: string]: number;
            };
            /**
             * @description Splits the numbers, as in {country: US}. Never send a total beside its split.
             * @example {
             *       "campaign": "autumn"
             *     }
             */
            dimensions?: {
                [key: string]: string;
            };
            /** @description Anything worth keeping beside the numbers; it is never computed with. */
            meta?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "ingested": 2,
         *       "metrics": [
         *         "conversions",
         *         "sessions"
         *       ],
         *       "accepted": 1,
         *       "duplicates": 0,
         *       "rejected": []
         *     }
         */
        IngestResult: {
            /** @description Numbers stored. */
            ingested: number;
            /** @description Their names. */
            metrics: string[];
            /** @description Readings stored. */
            accepted: number;
            /** @description Always 0: a reading sent again is a correction and replaces the one before. */
            duplicates: number;
            /** @description What was not taken, and why. */
            rejected: components["schemas"]["Rejected"][];
        };
        InsightMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Days that have something. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_data" | "not_additive" | null;
            /** @enum {string} */
            kind: "count" | "rate";
            /** @description The value of each day of the period, oldest first: what correlations are of. */
            series: (number | null)[];
            /**
             * @deprecated
             * @description The same as `key`.
             */
            name: string;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        Insights: {
            period: components["schemas"]["Period"];
            metrics: components["schemas"]["InsightMetric"][];
            key_findings: {
                /** @enum {string} */
                kind: "correlation" | "anomaly" | "nothing";
                metrics: string[];
                value: number | null;
                text: string;
            }[];
            correlations: components["schemas"]["Correlation"][];
            /** @description Among how many tests p-values were adjusted. */
            tests: number;
            recommendations: {
                rule: string;
                key: string;
                /**
                 * @deprecated
                 * @description The same as `key`.
                 */
                metric: string;
                value: number;
                unit: string;
                threshold: number;
                n: number;
                /** @enum {string} */
                severity: "warning" | "critical";
                text: string;
            }[];
            anomalies: {
                key: string;
                /**
                 * @deprecated
                 * @description The same as `key`.
                 */
                metric: string;
                /** Format: date */
                date: string;
                value: number;
                expected: number;
                /** @description Null where the weeks before were all alike. */
                score: number | null;
                threshold: number;
                /** @description Weeks compared with. */
                n: number;
                /** @description What was shipped that day, at most five. */
                context: {
                    /** @enum {string} */
                    kind: "deployment" | "release";
                    repository: string;
                    name: string;
                    /** Format: date-time */
                    at: string;
                }[];
            }[];
            definitions: string[];
            /** Format: date-time */
            generated_at: string;
        };
        /**
         * @example {
         *       "id": "5b7d3c52-7c44-4d0c-9f5f-0d8a3c1e2b4a",
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "email": "ada@example.com",
         *       "role": "member",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": "2026-11-23T16:00:00Z",
         *       "status": "open"
         *     }
         */
        Invitation: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            org_id: string;
            /** Format: email */
            email: string;
            role: components["schemas"]["Role"] & unknown;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @enum {string} */
            status: "open" | "accepted" | "revoked" | "expired";
        };
        Invitations: {
            items: components["schemas"]["Invitation"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /**
         * @example {
         *       "id": "5b7d3c52-7c44-4d0c-9f5f-0d8a3c1e2b4a",
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "email": "ada@example.com",
         *       "role": "member",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": "2026-11-23T16:00:00Z",
         *       "status": "open"
         *     }
         */
        Invited: components["schemas"]["Invitation"] & {
            /**
             * @description `not_configured` where there is no mail provider, sender or dashboard: hand the link or the token over yourself.
             * @enum {string}
             */
            delivery: "sent" | "not_configured";
            /** @description Shown this once, and only if no mail carries it and `APP_URL` is set. */
            link?: string;
            /** @description What `POST /orgs/invitations/accept` takes; shown as the link is. */
            token?: string;
        };
        /**
         * @example {
         *       "id": "4fKd0aZ2mQ8x",
         *       "prefix": "ll_4fKd0aZ2mQ8x",
         *       "name": "Nightly import",
         *       "publishable": false,
         *       "scopes": [
         *         "ingest"
         *       ],
         *       "source_name": "ga4",
         *       "allowed_origins": [],
         *       "created_by": "00000000-0000-4000-8000-000000000003",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": null,
         *       "last_used_at": null,
         *       "replaced_by": null,
         *       "status": "active"
         *     }
         */
        Key: {
            id: string;
            /** @description How the key begins. */
            prefix: string;
            name: string;
            publishable: boolean;
            scopes: ("ingest" | "read" | "admin")[];
            source_name: string | null;
            allowed_origins: string[];
            /** @description The person; null when a key or the service made it, which the audit log tells. */
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the hour.
             */
            last_used_at: string | null;
            /** @description The key it was rotated to. */
            replaced_by: string | null;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        Keys: {
            items: components["schemas"]["Key"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        Kpi: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | null;
            /** @description What the value should be at least, or at most. */
            target: number;
            /** @enum {string} */
            status: "good" | "warning" | "critical" | "unknown";
            /** @description The same by the version before of its definition. */
            earlier: {
                definition: string;
                value: number | null;
                n: number;
                /** @enum {string|null} */
                null_reason: "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | null;
            } | null;
            /** @description What the value leaves out, so that it is not overlooked. */
            beside: {
                key: string;
                label: string;
                unit: string;
                value: number;
            }[];
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        ListedSession: {
            /** Format: uuid */
            id: string;
            external_id: string;
            source: string;
            developer_id: string;
            repository: string | null;
            branch: string | null;
            /** @description The model of most of its tokens. */
            model: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            timestamp: string;
            /** Format: date-time */
            ended_at: string;
            calls: number;
            failed_calls: number;
            /** @description Of the prompt, without those of the cache. Null, as each kind of tokens, where it is not known. */
            input_tokens: number | null;
            output_tokens: number | null;
            cache_read_tokens: number | null;
            cache_write_tokens: number | null;
            total_tokens: number | null;
            cost_usd: number | null;
            /** @enum {string|null} */
            cost_source: "reported" | "estimated" | "mixed" | null;
            /** @description Calls whose reported cost their source can only have guessed: an agent before another seller's model. */
            guessed_calls: number;
            /** @description Where some were guessed, the cost with the price table's in their place. */
            estimated_cost_usd: number | null;
            avg_latency_ms: number | null;
            accepted: boolean | null;
            accepted_lines: number | null;
            edits_accepted: number;
            edits_rejected: number;
            people_accepted: number;
            people_rejected: number;
            /** @description Decisions of configurations, hooks and runs without people. */
            automatic_decisions: number;
            cost_outlier: boolean | null;
            /** @description The robust z-score of its cost. */
            cost_score: number | null;
        };
        Liveness: {
            /** @enum {string} */
            status: "ok";
        };
        /**
         * @example {
         *       "user_id": "00000000-0000-4000-8000-000000000001",
         *       "email": "demo@livinglytics.test",
         *       "username": "demo",
         *       "role": "member",
         *       "since": "2026-11-16T16:00:00Z",
         *       "signed_up": true
         *     }
         */
        Member: {
            /** Format: uuid */
            user_id: string;
            /** Format: email */
            email: string;
            username: string | null;
            role: components["schemas"]["Role"] & unknown;
            /** Format: date-time */
            since: string;
            signed_up: boolean;
        };
        Members: {
            items: components["schemas"]["Member"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        MetricChange: {
            value: number | null;
            /** @enum {string} */
            unit: "%" | "points";
            /**
             * @description `new`: there was nothing before. `no_previous`, `no_data`: one of both is unknown.
             * @enum {string|null}
             */
            null_reason: "new" | "no_previous" | "no_data" | null;
        } | null;
        MetricsCatalog: {
            items: components["schemas"]["CatalogMetric"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            metrics: components["schemas"]["CatalogMetric"][];
        };
        MetricsTimeline: {
            period: components["schemas"]["Period"];
            /** @enum {string} */
            interval: "day" | "week" | "month";
            /**
             * @deprecated
             * @description The name of before for `interval`.
             * @enum {string}
             */
            granularity: "day" | "week" | "month";
            metrics: {
                /**
                 * @deprecated
                 * @description The name of before for `key`.
                 */
                metric_name: string;
                label: string;
                unit: string;
                direction: components["schemas"]["Direction"];
                /**
                 * @description How its values of several days, sources and people become one.
                 * @enum {string}
                 */
                aggregation: "sum" | "avg" | "min" | "max" | "last";
                key: string;
                /** @description Which definition the number has, and its version. */
                definition: string;
                /** @description Null with the reason in `null_reason`, never 0 instead. */
                value: number | null;
                /** @description Rows behind the value. */
                n: number;
                /** @enum {string|null} */
                null_reason: "no_data" | null;
                previous: components["schemas"]["PreviousValue"];
                change: components["schemas"]["MetricChange"];
                series: {
                    /**
                     * Format: date
                     * @description The first day of the day, week or month.
                     */
                    date: string;
                    value: number | null;
                    /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                    complete: boolean;
                }[];
            }[];
            definition: string;
        };
        /**
         * @example {
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "organization": "Ada's shop",
         *       "week_start": "2026-10-19",
         *       "due_at": "2026-10-26T15:00:00Z"
         *     }
         */
        MissedWeek: {
            /** Format: uuid */
            org_id: string;
            organization: string;
            /** Format: date */
            week_start: string;
            /** Format: date-time */
            due_at: string;
        };
        ModelPolicies: {
            items: components["schemas"]["ModelPolicy"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            policies: components["schemas"]["ModelPolicy"][];
        };
        ModelPolicy: {
            repository: string;
            models: string[];
            /** Format: date-time */
            updated_at: string;
        };
        /** @deprecated */
        NamedKpi: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | null;
            /** @description What the value should be at least, or at most. */
            target: number;
            /** @enum {string} */
            status: "good" | "warning" | "critical" | "unknown";
            /** @description The same by the version before of its definition. */
            earlier: {
                definition: string;
                value: number | null;
                n: number;
                /** @enum {string|null} */
                null_reason: "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | null;
            } | null;
            /** @description What the value leaves out, so that it is not overlooked. */
            beside: {
                key: string;
                label: string;
                unit: string;
                value: number;
            }[];
            /** @description The same as `target`. */
            threshold: number;
            /** @description The value in `previous_period`. */
            previous: number | null;
            /**
             * @description The same as `null_reason`.
             * @enum {string|null}
             */
            reason: "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | null;
        };
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "role": "member"
         *     }
         */
        NewInvitation: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email: string;
            role: components["schemas"]["Role"] & unknown;
        };
        /**
         * @example {
         *       "name": "Nightly import",
         *       "scopes": [
         *         "ingest"
         *       ],
         *       "source_name": "ga4"
         *     }
         */
        NewKey: {
            name: string;
            scopes: ("ingest" | "read" | "admin")[];
            /** Format: date-time */
            expires_at?: string;
            /** @description Whether browsers may show it to the world: it can only ingest, and only from `allowed_origins`. It is if there are any. */
            publishable?: boolean;
            allowed_origins?: string[];
            /** @description The only source that the key may ingest for. */
            source_name?: string;
        };
        NewOrganization: {
            /** @example Demo Company */
            name: string;
            /**
             * @description An IANA time zone: the organization's days and weeks are those.
             * @example Europe/Berlin
             */
            time_zone?: string;
        };
        /**
         * @example {
         *       "name": "The board",
         *       "view": [
         *         "overview",
         *         "delivery"
         *       ],
         *       "rolling": 28,
         *       "compare": "previous",
         *       "expires_at": "2027-01-31T00:00:00Z"
         *     }
         */
        NewShareLink: {
            /** @description What it is for; its readers see it. */
            name: string;
            /** @description The tabs that it shows, in their order. */
            view: ("overview" | "events" | "retention" | "funnel" | "paths" | "delivery" | "ai")[];
            /** @description Days that stand still, both included. */
            range?: {
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
            };
            /** @description Instead of a range: so many days, the last of them yesterday. */
            rolling?: number;
            /**
             * @description What its readers may compare with, which shows those days' numbers too.
             * @default none
             * @enum {string}
             */
            compare: "none" | "previous" | "year";
            /** Format: date-time */
            expires_at: string;
            password?: string;
        };
        NewTeam: {
            /**
             * Format: uuid
             * @description Required for the service; a signed-in user defaults to their home organization.
             */
            org_id?: string;
            /** @example Checkout */
            name: string;
        };
        OpenApiDocument: {
            openapi: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "id": "0b6f6a7e-52c8-4a7e-9f0e-3f4f0a8f5b11",
         *       "secret": "3q2-7wABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0"
         *     }
         */
        OpenShareLink: {
            /** Format: uuid */
            id: string;
            secret: string;
            password?: string;
        };
        OpenedShareLink: {
            name: string;
            view: ("overview" | "events" | "retention" | "funnel" | "paths" | "delivery" | "ai")[];
            range: {
                start: string;
                end: string;
            } | null;
            rolling: number | null;
            /**
             * @description What its readers may compare with, which shows those days' numbers too.
             * @enum {string}
             */
            compare: "none" | "previous" | "year";
            organization: {
                /** Format: uuid */
                id: string;
                name: string;
                time_zone: string;
                min_group_size: number;
            };
            /**
             * Format: date-time
             * @description When the credential ends.
             */
            expires_at: string;
            /** @description Reads, as a bearer token, what the link shows: eight hours at most. */
            access_token: string;
        };
        /**
         * @example {
         *       "id": "00000000-0000-4000-8000-0000000000a1",
         *       "name": "Demo Company",
         *       "time_zone": "America/Los_Angeles",
         *       "digest_hour": 8,
         *       "min_group_size": 1,
         *       "individual_metrics": false,
         *       "failure_window_hours": 24,
         *       "production_environments": null,
         *       "public_reads": false,
         *       "public_id": "pub_4d7e0c1b2a3f4e5d8c9b0a1f2e3d4c5b",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "role": "owner",
         *       "member_count": 3
         *     }
         */
        Organization: {
            /** Format: uuid */
            id: string;
            name: string;
            time_zone: string;
            digest_hour: number;
            min_group_size: number;
            individual_metrics: boolean;
            failure_window_hours: number;
            production_environments: string[] | null;
            public_reads: boolean;
            /** @description Names the organization where reads are public. */
            public_id: string;
            /** Format: date-time */
            created_at: string;
            role: components["schemas"]["Role"];
            member_count: number;
        };
        /**
         * @example {
         *       "digest_hour": 7,
         *       "public_reads": true
         *     }
         */
        OrganizationChanges: {
            /** @example Demo Company */
            name?: string;
            /**
             * @description An IANA time zone: the organization's days and weeks are those.
             * @example Europe/Berlin
             */
            time_zone?: string;
            /** @description The local hour at which the weekly digest is due. */
            digest_hour?: number;
            /** @description Groups of fewer persons are hidden in breakdowns. */
            min_group_size?: number;
            /** @description Whether activity at GitHub is shown by person; by team otherwise. */
            individual_metrics?: boolean;
            /** @description How long a deployment is watched before it counts as one that has not failed. */
            failure_window_hours?: number;
            /**
             * @description The names of environments that are production, `*` standing for anything. Null is for the usual ones: `prod`, `live`, `production-eu` and the like, never `nonprod` or `preprod`.
             * @example [
             *       "live-*",
             *       "prod"
             *     ]
             */
            production_environments?: string[] | null;
            /** @description Whether anybody may read the dashboards by the public id. */
            public_reads?: boolean;
        };
        Organizations: {
            items: components["schemas"]["Organization"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        OverviewFinding: {
            /**
             * @description `quiet`: there was something before and nothing now. `new`: the other way round. `change`: it moved.
             * @enum {string}
             */
            kind: "quiet" | "new" | "change";
            /** @enum {string} */
            pillar: "marketing" | "product" | "delivery" | "ai";
            /** @description The tile that it is about. */
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @enum {string} */
            tone: "good" | "bad" | "neutral";
            value: number | null;
            previous: number | null;
            change: components["schemas"]["MetricChange"];
        };
        OverviewTile: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_data" | "not_begun" | "no_deployments" | "no_changes" | "no_failures" | "no_incidents" | "no_incident_source" | "all_pending" | "all_open" | "only_negative_spans" | "only_first_deployment" | "no_sessions" | "no_decisions" | "only_automatic_decisions" | "no_policy" | "no_accepted_lines" | "no_tokens" | "no_pull_requests" | "no_commits" | "no_cost" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
            /** @description The same by day, from the period's first to its last; null where it has no daily number. */
            series: (number | null)[] | null;
            /**
             * @description Of a metric of DORA, by 2023's report.
             * @enum {string|null}
             */
            band: "elite" | "high" | "medium" | "low" | null;
            /** @description Of a KPI of AI-assisted development. */
            target: number | null;
            /**
             * @description How it stands to its target.
             * @enum {string|null}
             */
            status: "good" | "warning" | "critical" | "unknown" | null;
        };
        /**
         * @example {
         *       "start": "2026-11-09",
         *       "end": "2026-11-15",
         *       "days": 7,
         *       "time_zone": "America/Los_Angeles",
         *       "complete": true
         *     }
         */
        Period: {
            /** Format: date */
            start: string;
            /**
             * Format: date
             * @description Included.
             */
            end: string;
            days: number;
            /** @description In which the days are days. */
            time_zone: string;
            /**
             * Format: date-time
             * @description Where the range rolls: its first instant.
             */
            from?: string;
            /**
             * Format: date-time
             * @description And its last.
             */
            to?: string;
            /** @description The organization's new time zone, where its days are still those of the one before: they are being counted anew. */
            recounting_to?: string;
            /** @description Whether its last day is over. */
            complete: boolean;
            /**
             * Format: date
             * @description Where the range reaches back to days whose rows the organization no longer keeps, and the answer is made of rows: the first day of which they are there. What lies before is in no number.
             */
            rows_since?: string;
        };
        PersonChanged: {
            success: boolean;
            /** @description How many were taken and are new. */
            accepted: number;
            /** @description How many were here already; they are counted once. */
            duplicates: number;
            /** @description What was not taken, and why. */
            rejected: components["schemas"]["Rejected"][];
            /** @description What was accepted but for an id that joins nobody: a placeholder (`placeholder_id`), one that is known to be somebody else's (`id_taken`), or the same as the user id (`same_id`). */
            not_joined: components["schemas"]["Rejected"][];
        };
        PersonEvent: {
            event: string;
            /** Format: date-time */
            occurred_at: string;
            /** Format: date-time */
            received_at: string;
            clamped: boolean;
            properties: {
                [key: string]: unknown;
            };
        };
        PersonExport: {
            person: components["schemas"]["AnalyticsPerson"];
            events: components["schemas"]["ExportedEvent"][];
        };
        PersonTimeline: components["schemas"]["PersonTimelineBody"] & {
            period: components["schemas"]["Period"];
            definition: string;
            /** @description The numbers that stand for the report. */
            metrics: components["schemas"]["AnalyticsMetric"][];
            comparison: (components["schemas"]["PersonTimelineBody"] & {
                period: components["schemas"]["Period"];
                /** @description As `metrics` tell it. */
                changes: components["schemas"]["AnalyticsChange"][];
            }) | null;
        };
        PersonTimelineBody: {
            person: components["schemas"]["AnalyticsPerson"];
            items: components["schemas"]["PersonEvent"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            events: components["schemas"]["PersonEvent"][];
            n: number;
        };
        PreviousValue: {
            value: number | null;
            n: number;
            period: components["schemas"]["Period"];
        } | null;
        /**
         * @description An error (RFC 9457).
         * @example {
         *       "type": "urn:livinglytics:problem:user_not_found",
         *       "title": "User not found",
         *       "status": 404,
         *       "detail": "User not found",
         *       "code": "user_not_found",
         *       "request_id": "0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e"
         *     }
         */
        Problem: {
            /**
             * Format: uri
             * @description The code as a URI.
             */
            type: string;
            /** @description What the code means, the same every time. */
            title: string;
            status: number;
            /** @description What is wrong this time, for people. */
            detail: string;
            /**
             * @description What is wrong, for programs: it stays as it is.
             * @enum {string}
             */
            code: "malformed_json" | "bad_request" | "invalid_signature" | "missing_credential" | "invalid_token" | "expired_token" | "password_required" | "sign_in_failed" | "wrong_issuer" | "wrong_audience" | "wrong_credential" | "expired_key" | "revoked_key" | "wrong_password" | "forbidden" | "not_found" | "user_not_found" | "method_not_allowed" | "conflict" | "last_owner" | "username_taken" | "idempotency_conflict" | "request_in_progress" | "github_not_connected" | "github_token_unusable" | "gone" | "payload_too_large" | "unsupported_media_type" | "validation_failed" | "rate_limited" | "internal_error" | "upstream_error" | "not_ready" | "upstream_timeout";
            /** @description The same as `X-Request-Id`. */
            request_id: string;
            /** @description What fails validation, each field once. */
            errors?: {
                /** @description The field or parameter, as in `items.3.data`. */
                path: string;
                message: string;
            }[];
        };
        /**
         * @example {
         *       "id": "00000000-0000-4000-8000-000000000001",
         *       "email": "demo@livinglytics.test",
         *       "username": "demo",
         *       "age": null,
         *       "gender": null,
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "created_at": "2026-11-16T16:00:00Z"
         *     }
         */
        Profile: {
            /** Format: uuid */
            id: string;
            /** Format: email */
            email: string;
            username: string | null;
            age: number | null;
            /** @enum {string|null} */
            gender: "Male" | "Female" | "Other" | null;
            /**
             * Format: uuid
             * @description The home organization.
             */
            org_id: string;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * @example {
         *       "username": "ada",
         *       "age": 36
         *     }
         */
        ProfileChanges: {
            /** @example ada */
            username?: string;
            age?: number | null;
            /** @enum {string|null} */
            gender?: "Male" | "Female" | "Other" | null;
        };
        ProfileMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_cost" | "no_tokens" | "no_decisions" | "no_latency" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        /**
         * @example {
         *       "ready": false,
         *       "checks": {
         *         "configuration": {
         *           "status": "failed",
         *           "duration_ms": 0,
         *           "reason": "API_SECRET_KEY is a placeholder or shorter than 24 characters"
         *         },
         *         "database": {
         *           "status": "ok",
         *           "duration_ms": 4
         *         },
         *         "migrations": {
         *           "status": "ok",
         *           "duration_ms": 5
         *         },
         *         "auth": {
         *           "status": "ok",
         *           "duration_ms": 6
         *         },
         *         "cron": {
         *           "status": "ok",
         *           "duration_ms": 5
         *         },
         *         "scheduled_calls": {
         *           "status": "failed",
         *           "duration_ms": 5,
         *           "reason": "self-test was answered 403: digest_cron_secret in Vault is not DIGEST_CRON_SECRET"
         *         },
         *         "demo_logins": {
         *           "status": "ok",
         *           "duration_ms": 4
         *         }
         *       },
         *       "scheduled_calls": [
         *         {
         *           "job": "self-test",
         *           "called_at": "2026-11-20T08:00:00Z",
         *           "answered_at": "2026-11-20T08:00:00Z",
         *           "status_code": 403
         *         }
         *       ]
         *     }
         */
        Readiness: {
            ready: boolean;
            checks: {
                configuration: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                database: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                migrations: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                auth: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                cron: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                scheduled_calls: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
                demo_logins: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    duration_ms: number;
                    /** @description Why it failed, without hosts or values. */
                    reason?: string;
                };
            };
            /** @description What each job's last call of a function was answered, as pg_net has it. */
            scheduled_calls: components["schemas"]["ScheduledCall"][];
        };
        /**
         * @example {
         *       "refresh_token": "v7qk3l2mxd4r"
         *     }
         */
        Refresh: {
            refresh_token: string;
        };
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "username": "ada"
         *     }
         */
        Register: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email: string;
            /**
             * @description To learn whether it is taken; it is chosen by `POST /auth/confirm`.
             * @example ada
             */
            username?: string;
            /**
             * Format: password
             * @deprecated
             * @description Not kept: it is chosen by `POST /auth/confirm`.
             * @example correct horse battery
             */
            password?: string;
            /**
             * @deprecated
             * @description Not kept: it is chosen by `POST /auth/confirm`.
             */
            age?: number;
            /**
             * @deprecated
             * @description Not kept: it is chosen by `POST /auth/confirm`.
             * @enum {string}
             */
            gender?: "Male" | "Female" | "Other";
            /**
             * @deprecated
             * @description Not kept: it is chosen by `POST /auth/confirm`.
             */
            invitation?: string;
        };
        /**
         * @example {
         *       "user": {
         *         "email": "ada@example.com",
         *         "username": "ada"
         *       },
         *       "confirmation_required": true
         *     }
         */
        Registered: {
            user: {
                /** Format: email */
                email: string;
                username: string | null;
            };
            /** @description Whether the code or link in the mail must be used before signing in. */
            confirmation_required: boolean;
        };
        /**
         * @example {
         *       "index": 3,
         *       "code": "validation_failed",
         *       "message": "metric_date: lies in the future"
         *     }
         */
        Rejected: {
            /** @description Its place in what was sent, from 0. */
            index: number;
            code: string;
            message: string;
        };
        RejectedDelivery: {
            /** @description Its place in what was sent, from 0. */
            index: number;
            code: string;
            message: string;
            errors: {
                path: string;
                message: string;
            }[];
        };
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "token": "482913",
         *       "password": "correct horse battery"
         *     }
         */
        ResetPassword: {
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email?: string;
            /** @description The code in the mail. */
            token?: string;
            /** @description The `token_hash` of the mail's link, instead of `email` and `token`. */
            token_hash?: string;
            /**
             * Format: password
             * @description At least 8 characters, at most 72 bytes in UTF-8.
             * @example correct horse battery
             */
            password: string;
        };
        /**
         * @description The caller's; null for keys and the service.
         * @enum {string|null}
         */
        Role: "owner" | "admin" | "member" | "viewer" | null;
        /**
         * @example {
         *       "role": "admin"
         *     }
         */
        RoleChange: {
            role: components["schemas"]["Role"] & unknown;
        };
        /**
         * @example {
         *       "overlap_hours": 24
         *     }
         */
        RotateKey: {
            /**
             * @description How long the old key goes on working.
             * @default 24
             */
            overlap_hours: number;
        };
        /** @description An error as OTLP has it, a `google.rpc.Status`. */
        RpcStatus: {
            /** @description A `google.rpc.Code`. */
            code: number;
            message: string;
            details: unknown[];
        };
        RudderSourceConfig: {
            source: {
                id: string;
                name: string;
                workspaceId: string;
                /** @enum {boolean} */
                enabled: true;
                config: {
                    statsCollection: {
                        errors: {
                            /** @enum {boolean} */
                            enabled: false;
                        };
                        metrics: {
                            /** @enum {boolean} */
                            enabled: false;
                        };
                    };
                };
                destinations: string[];
            };
            updatedAt: string;
        };
        ScheduledCall: {
            job: string;
            /**
             * Format: date-time
             * @description Its last call.
             */
            called_at: string;
            /**
             * Format: date-time
             * @description Its last call that was answered.
             */
            answered_at: string | null;
            /** @description What the answer was; null: none came. */
            status_code: number | null;
        };
        ScheduledCallWithError: components["schemas"]["ScheduledCall"] & {
            /** @description What the network said, without an answer. */
            error: string | null;
        };
        /**
         * @example {
         *       "created": true
         *     }
         */
        SeedResult: {
            created: boolean;
        };
        /** @description A message, or `{batch: [messages], sentAt}`, as Segment's libraries send them. */
        SegmentMessages: {
            batch?: unknown[];
            /**
             * Format: uuid
             * @description The organization; required for the service. A key has its own, a person their home.
             */
            org_id?: string;
        } & {
            [key: string]: unknown;
        };
        SegmentSettings: {
            integrations: {
                "Segment.io": {
                    apiKey: string;
                    /** @example example.supabase.co/functions/v1/track/v1 */
                    apiHost: string;
                    /** @enum {string} */
                    protocol: "http" | "https";
                };
            };
            plan: Record<string, never>;
            metrics: {
                /**
                 * @description It measures nothing of itself.
                 * @enum {number}
                 */
                sampleRate: 0;
            };
        };
        SelfTest: {
            /** @enum {string} */
            status: "ok";
        };
        /**
         * @example {
         *       "version": "0.2.0",
         *       "environment": "production",
         *       "digest": {
         *         "next_at": "2026-11-23T16:00:00Z",
         *         "last_at": "2026-11-16T16:00:04Z",
         *         "missed": []
         *       },
         *       "last_ingest": [
         *         {
         *           "source_name": "ga4",
         *           "at": "2026-11-20T07:12:00Z"
         *         }
         *       ],
         *       "disk": {
         *         "bytes": 210000000,
         *         "pillars": [
         *           {
         *             "pillar": "product",
         *             "bytes": 150000000
         *           },
         *           {
         *             "pillar": "rest",
         *             "bytes": 40000000
         *           },
         *           {
         *             "pillar": "ai",
         *             "bytes": 20000000
         *           }
         *         ],
         *         "since": "2026-10-23",
         *         "growth_bytes_per_day": 2000000,
         *         "limit_bytes": 500000000,
         *         "used_pct": 42,
         *         "days_left": 145,
         *         "null_reason": null
         *       },
         *       "scheduled_calls": [
         *         {
         *           "job": "self-test",
         *           "called_at": "2026-11-20T08:00:00Z",
         *           "answered_at": "2026-11-20T08:00:00Z",
         *           "status_code": 403,
         *           "error": null
         *         }
         *       ],
         *       "undelivered_alerts": []
         *     }
         */
        ServiceStatus: {
            digest: {
                /** Format: date-time */
                next_at: string | null;
                /** Format: date-time */
                last_at: string | null;
                /** @description Weeks of the last ten that no digest was sent of, the newest first; at most 100. */
                missed: components["schemas"]["MissedWeek"][];
            };
            last_ingest: {
                source_name: string;
                /** Format: date-time */
                at: string;
            }[];
            version: string;
            /** @enum {string} */
            environment: "development" | "production";
            disk: {
                bytes: number;
                pillars: {
                    /** @enum {string} */
                    pillar: "metrics" | "product" | "delivery" | "ai" | "digest" | "platform" | "rest";
                    bytes: number;
                }[];
                /**
                 * Format: date
                 * @description The day that the growth is measured from; null before the second day.
                 */
                since: string | null;
                growth_bytes_per_day: number | null;
                /** @description `DATABASE_LIMIT_MB`: past it a small plan turns read-only. Null where it is not set. */
                limit_bytes: number | null;
                used_pct: number | null;
                /** @description Until the limit, if it goes on growing like this. */
                days_left: number | null;
                /**
                 * @description Why `days_left` is null. `no_limit`: `DATABASE_LIMIT_MB` is not set. `no_samples`: it was not measured on two days yet, and `growth_bytes_per_day` is null too. `not_growing`: it does not come nearer.
                 * @enum {string|null}
                 */
                null_reason: "no_limit" | "no_samples" | "not_growing" | null;
            };
            scheduled_calls: components["schemas"]["ScheduledCallWithError"][];
            /** @description Mails about budgets and the disk of the last thirty days that nobody got, the newest first; at most 100. */
            undelivered_alerts: components["schemas"]["UndeliveredAlert"][];
        };
        Session: {
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /**
             * @description Seconds the access token lives.
             * @example 1800
             */
            expires_in: number;
            /** @description Good for one `POST /auth/refresh`. */
            refresh_token: string;
            user: components["schemas"]["Profile"];
        };
        SessionDeadLetter: {
            id: number;
            /** Format: date-time */
            received_at: string;
            source: string;
            reason: string;
            /** @description As it came, its first 65,536 characters. */
            record: string;
        };
        SessionDeadLetters: {
            items: components["schemas"]["SessionDeadLetter"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            dead_letters: components["schemas"]["SessionDeadLetter"][];
        };
        /**
         * @example {
         *       "developer_id": "ada@example.com",
         *       "aliases": [
         *         "ada",
         *         "ada-laptop"
         *       ]
         *     }
         */
        SessionDeveloper: {
            developer_id: string;
            aliases: string[];
        };
        SessionDevelopers: {
            items: components["schemas"]["SessionDeveloper"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        SessionPrice: {
            model: string;
            /** Format: date */
            valid_from: string;
            own: boolean;
            input_usd: number;
            output_usd: number;
            cache_read_usd: number | null;
            cache_write_usd: number | null;
            /** @description Of a cache write for an hour; null where it costs as any other. */
            cache_write_1h_usd: number | null;
            /** @description A call whose prompt, cache included, has more tokens costs all of its input and output times the two factors. */
            long_context_above: number | null;
            long_input_factor: number | null;
            long_output_factor: number | null;
            /** @description What a call in a batch or of the flex tier costs of the standard price; null, as for the other tiers, where that is not known, and then neither is the call's cost. */
            batch_factor: number | null;
            priority_factor: number | null;
            fast_factor: number | null;
            /** @description Of what was heard; null where it costs as any other input. */
            input_audio_usd: number | null;
            input_image_usd: number | null;
            /** @description Where a list price was read. */
            source: string | null;
            /** Format: date */
            source_date: string | null;
        };
        SessionPrices: {
            items: components["schemas"]["SessionPrice"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            /**
             * @deprecated
             * @description The same as `items`.
             */
            prices: components["schemas"]["SessionPrice"][];
        };
        /** @description A call to a model in the native shape, or LiteLLM's `StandardLoggingPayload`. */
        SessionRecord: {
            /** @description What makes sending again safe; without it, what the record says is its identity. */
            id?: string;
            /** @description Joins calls to a session; without it the call is one. */
            session_id?: string;
            /** @description The login or address that their commits carry. */
            developer_id?: string;
            /**
             * Format: date-time
             * @example 2026-11-16T09:30:00Z
             */
            timestamp: string;
            model?: string;
            provider?: string;
            /** @description owner/name, or a URL that Git clones. */
            repository?: string;
            branch?: string;
            /** @description With those of the cache, as OpenAI counts. */
            prompt_tokens?: number;
            /** @description Without those of the cache, as Anthropic counts; goes before `prompt_tokens`. */
            input_tokens?: number;
            completion_tokens?: number;
            /** @description Another name of `completion_tokens`. */
            output_tokens?: number;
            cache_read_tokens?: number;
            cache_write_tokens?: number;
            /** @description Those of `cache_write_tokens` that were written for an hour. */
            cache_write_1h_tokens?: number;
            /** @description The usage object of a seller in place of the counts: Anthropic's, OpenAI's (chat or Responses), Gemini's `usageMetadata`, Bedrock's. */
            usage?: {
                [key: string]: unknown;
            };
            /** @description What it was sold as: batch, flex, priority, fast; otherwise the standard. */
            service_tier?: string;
            /** @description The seller's id of the response: joins what a span, a log and a gateway say of one call. */
            response_id?: string;
            /** @description Or `response_cost`; without it, the price table's. */
            cost_usd?: number;
            latency_ms?: number;
            /** @description Until the first token came, in milliseconds. */
            ttft_ms?: number;
            /** @description Of the prompt's tokens those that were heard; `input_image_tokens` were seen. */
            input_audio_tokens?: number;
            input_image_tokens?: number;
            /** @description Of HTTP; one in words, or past 999, counts as none. */
            status?: number | string;
            error?: string;
            accepted?: boolean;
            accepted_lines?: number;
            /** @description Or one as `git_commit_id`. */
            commit_ids?: string[];
            pull_request?: number | string;
            /** @description Where it comes from; `native` otherwise. */
            tool?: string;
        } & {
            [key: string]: unknown;
        };
        SessionSources: {
            items: {
                program: string;
                version: string | null;
                calls: number;
                /** Format: date-time */
                first_seen: string;
                /** Format: date-time */
                last_seen: string;
                signals: {
                    /** @enum {string} */
                    signal: "traces" | "logs" | "metrics" | "ingest";
                    /** @description Spans, log records, metrics or records that came. */
                    received: number;
                    /** @description Calls that were stored of them. */
                    calls: number;
                    /** @description Calls that did not say how many tokens they took, repetitions included. */
                    calls_without_tokens: number;
                    /** @description That are in the dead letters. */
                    rejected: number;
                    /** Format: date-time */
                    last_seen: string;
                    /** @description What nothing was made of, by kind, the most first. */
                    left_out: {
                        kind: string;
                        count: number;
                        reason: string;
                    }[];
                }[];
                /** @description Settings that the program seems to lack, by what it has sent. */
                missing: {
                    setting: string;
                    why: string;
                }[];
            }[];
        };
        Sessions: {
            items: components["schemas"]["ListedSession"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
            period: components["schemas"]["Period"];
            /**
             * @deprecated
             * @description The same as `items`.
             */
            sessions: components["schemas"]["ListedSession"][];
        };
        SessionsCostChanges: {
            definition: string;
            /** @enum {string} */
            unit: "USD";
            period: components["schemas"]["Period"];
            previous_period: components["schemas"]["Period"];
            /** @description Sessions of the range whose tokens and cost are known. */
            n: number;
            previous_n: number;
            /** @enum {string|null} */
            null_reason: "no_sessions" | null;
            before_usd: number;
            after_usd: number;
            difference_usd: number;
            /** @description What made the difference; they add up to it, to the millionth of a dollar. Nothing before is all volume. */
            parts: {
                /** @enum {string} */
                cause: "volume" | "model_mix" | "cache_share" | "output_share" | "price";
                difference_usd: number;
            }[];
            models: {
                model: string | null;
                before_usd: number;
                after_usd: number;
                difference_usd: number;
            }[];
            /** @description Sessions that say too little to take part, and what is known of their cost. */
            left_out: {
                current: {
                    sessions: number;
                    cost_usd: number;
                };
                previous: {
                    sessions: number;
                    cost_usd: number;
                };
            };
        };
        SessionsCostForecast: {
            key: string;
            label: string;
            unit: string;
            /** @enum {string} */
            direction: "neutral";
            definition: string;
            time_zone: string;
            month: {
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
                days_left: number;
            };
            /** @description In the month so far. */
            spent_usd: number;
            /** @description Of the month, in no sum. */
            uncosted_sessions: number;
            /** @description What the whole month is forecast to cost. */
            value: number | null;
            low_80: number | null;
            high_80: number | null;
            low_95: number | null;
            high_95: number | null;
            /** @description Days that it was learnt from. */
            n: number;
            /** @enum {string|null} */
            null_reason: "too_short" | null;
            days_needed: number;
            method: string | null;
            /** @description How far each method was off a day, from every origin of the past on, in dollars; the better one was taken. */
            backtest: {
                method: string;
                origins: number;
                mae: number;
                rmse: number;
                mase: number | null;
            }[];
            /** @description The days from today on. */
            days: {
                /** Format: date */
                date: string;
                value: number;
            }[];
        };
        /**
         * @example {
         *       "success": true,
         *       "received": 3,
         *       "accepted": 2,
         *       "duplicates": 0,
         *       "stored": 2,
         *       "sessions": 1,
         *       "rejected_count": 1,
         *       "rejected": [
         *         {
         *           "index": 2,
         *           "code": "missing_field",
         *           "message": "timestamp: is missing"
         *         }
         *       ]
         *     }
         */
        SessionsIngested: {
            success: boolean;
            /** @description Records that were in the body. */
            received: number;
            /** @description The same as `accepted`. */
            stored: number;
            /** @description Sessions they belong to. */
            sessions: number;
            rejected_count: number;
            /** @description How many were taken and are new. */
            accepted: number;
            /** @description How many were here already; they are counted once. */
            duplicates: number;
            /** @description What was not taken, and why: the first 1000; all of them are in the dead letters. */
            rejected: components["schemas"]["Rejected"][];
        };
        SessionsSpend: {
            definition: string;
            period: components["schemas"]["Period"];
            /** @enum {string} */
            breakdown: "agent" | "model" | "team" | "repository" | "developer";
            /** @description How many there are; 100 at most are answered. */
            groups_count: number;
            groups: {
                /** @description Null for what names none. */
                key: string | null;
                sessions: number;
                calls: number;
                failed_calls: number;
                cost_usd: number | null;
                /** @description Whose cost is not known, and in no sum. */
                uncosted_sessions: number;
                /** @description Calls whose cost their source can only have guessed. */
                guessed_calls: number;
                input_tokens: number | null;
                output_tokens: number | null;
                cache_read_tokens: number | null;
                cache_write_tokens: number | null;
                unmeasured_sessions: number;
                accepted_lines: number;
                people_accepted: number;
                people_rejected: number;
                automatic_decisions: number;
                /** @description That commits of the sessions are in. */
                merged_pull_requests: number;
                commits: number;
                metrics: components["schemas"]["UseMetric"][];
            }[];
        };
        SessionsUsage: {
            period: components["schemas"]["Period"];
            sessions: number;
            calls: number;
            failed_calls: number;
            /** @description Failed ones that another call of their session followed within a minute. */
            retried_calls: number;
            metrics: components["schemas"]["UseMetric"][];
            /** @description Every day of the range, by when sessions began. Tokens and cost are of the sessions that say theirs; null where none does. */
            days: {
                /** Format: date */
                date: string;
                sessions: number;
                calls: number;
                input_tokens: number | null;
                output_tokens: number | null;
                cache_read_tokens: number | null;
                cache_write_tokens: number | null;
                cost_usd: number | null;
                unmeasured_sessions: number;
                uncosted_sessions: number;
            }[];
        };
        SessionsYield: {
            definition: string;
            n: number;
            period: components["schemas"]["Period"];
            metrics: components["schemas"]["YieldMetric"][];
            /**
             * Format: date
             * @description The same as `period.start`.
             */
            start: string;
            /**
             * Format: date
             * @description The same as `period.end`.
             */
            end: string;
            sessions: number;
            cost_usd: number;
            /** @description Whose cost is not known, and in no sum. */
            uncosted_sessions: number;
            merged_pull_requests: number;
            deployments: number;
            outcomes: {
                /** @enum {string} */
                outcome: "caused_incident" | "reverted" | "deployed" | "merged" | "open" | "abandoned";
                sessions: number;
                cost_usd: number;
                /** @description % */
                share_of_cost: number | null;
            }[];
            cost_per_merged_pull_request: number | null;
            cost_per_deployment: number | null;
            unlinked: {
                sessions: number;
                cost_usd: number;
                /** @description % */
                share_of_sessions: number | null;
                /** @description % */
                share_of_cost: number | null;
                /** @description Of these, linked by score only. */
                scored: {
                    sessions: number;
                    cost_usd: number;
                };
            };
            /** @description By `interval`; null without one. */
            series: {
                /** Format: date */
                start: string;
                /** Format: date */
                end: string;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
                sessions: number;
                cost_usd: number;
                uncosted_sessions: number;
                outcomes: {
                    /** @enum {string} */
                    outcome: "caused_incident" | "reverted" | "deployed" | "merged" | "open" | "abandoned";
                    sessions: number;
                    cost_usd: number;
                }[];
                unlinked: {
                    sessions: number;
                    cost_usd: number;
                };
            }[] | null;
        };
        SetModelPolicy: {
            /** @example acme/shop */
            repository: string;
            /**
             * @description `*` stands for any characters.
             * @example [
             *       "claude-sonnet-*"
             *     ]
             */
            models: string[];
        };
        SetSessionDeveloper: {
            developer_id: string;
            /** @description In place of those there were; empty, everybody is themselves again. */
            aliases: string[];
        };
        SetSessionPrice: {
            model: string;
            /**
             * Format: date
             * @example 2026-11-16
             */
            valid_from: string;
            input_usd: number;
            output_usd: number;
            cache_read_usd?: number | null;
            cache_write_usd?: number | null;
            cache_write_1h_usd?: number | null;
            long_context_above?: number | null;
            long_input_factor?: number | null;
            long_output_factor?: number | null;
            batch_factor?: number | null;
            priority_factor?: number | null;
            fast_factor?: number | null;
            input_audio_usd?: number | null;
            input_image_usd?: number | null;
        };
        /** @description Per cent, and its 95 % Wilson interval. */
        Share: {
            pct: number | null;
            low: number | null;
            high: number | null;
            null_reason: components["schemas"]["AnalyticsNullReason"];
        };
        /**
         * @example {
         *       "id": "0b6f6a7e-52c8-4a7e-9f0e-3f4f0a8f5b11",
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "name": "The board",
         *       "view": [
         *         "overview",
         *         "delivery"
         *       ],
         *       "range": null,
         *       "rolling": 28,
         *       "compare": "previous",
         *       "has_password": false,
         *       "created_by": "00000000-0000-4000-8000-000000000003",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "expires_at": "2027-01-31T00:00:00Z",
         *       "opens": 0,
         *       "last_opened_at": null,
         *       "status": "active"
         *     }
         */
        ShareLink: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            org_id: string;
            name: string;
            view: ("overview" | "events" | "retention" | "funnel" | "paths" | "delivery" | "ai")[];
            range: {
                start: string;
                end: string;
            } | null;
            rolling: number | null;
            /**
             * @description What its readers may compare with, which shows those days' numbers too.
             * @enum {string}
             */
            compare: "none" | "previous" | "year";
            has_password: boolean;
            /**
             * Format: uuid
             * @description The person; null when a key or the service made it, which the audit log tells.
             */
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description How often it was opened. */
            opens: number;
            /** Format: date-time */
            last_opened_at: string | null;
            /** @enum {string} */
            status: "active" | "revoked" | "expired";
        };
        ShareLinks: {
            items: components["schemas"]["ShareLink"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        /** @description What was deployed to production or released, at most five a day. */
        Shipped: {
            /** Format: date */
            date: string;
            /** @enum {string} */
            kind: "deployment" | "release";
            repository: string;
            name: string;
            /** Format: date-time */
            at: string;
        }[];
        /**
         * @example {
         *       "username": "demo",
         *       "password": "demo123"
         *     }
         */
        SignIn: {
            /** @description A username, or the e-mail address. */
            username?: string;
            /**
             * Format: email
             * @description The e-mail address, instead of `username`.
             */
            email?: string;
            /** Format: password */
            password: string;
        };
        SignInForm: {
            /** @enum {string} */
            grant_type: "password";
            username: string;
            /** Format: password */
            password: string;
        };
        /**
         * @example {
         *       "accepted": 1,
         *       "duplicates": 0,
         *       "rejected": [],
         *       "stored": 1
         *     }
         */
        StoredDelivery: {
            /** @description How many were taken and are new. */
            accepted: number;
            /** @description How many said nothing that was not known. */
            duplicates: number;
            rejected: components["schemas"]["RejectedDelivery"][];
            /**
             * @deprecated
             * @description `accepted` and `duplicates` together.
             */
            stored: number;
        };
        /**
         * @example {
         *       "id": "00000000-0000-4000-8000-0000000000c1",
         *       "org_id": "00000000-0000-4000-8000-0000000000a1",
         *       "name": "Checkout",
         *       "created_at": "2026-11-16T16:00:00Z",
         *       "members": [
         *         "octocat"
         *       ],
         *       "repositories": [
         *         "acme/shop"
         *       ]
         *     }
         */
        Team: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            org_id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            /** @description The logins, or addresses, that their commits carry. */
            members: string[];
            repositories: string[];
        };
        TeamChanges: {
            /** @example Checkout */
            name: string;
        };
        Teams: {
            items: components["schemas"]["Team"][];
            total_count: number;
            page: number;
            page_size: number;
            has_more: boolean;
        };
        Tile: {
            /** @enum {string} */
            key: "sessions" | "conversions" | "ig_reach" | "engagement";
            label: string;
            unit: string;
            /** @enum {string} */
            direction: "higher_is_better" | "lower_is_better" | "neutral";
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            previous: number | null;
            previous_n: number;
            definition: string;
            /** @enum {string|null} */
            null_reason: "no_data" | null;
            change_pct: number | null;
            /** @enum {string|null} */
            change_reason: "new" | "no_previous" | "no_data" | null;
            series: {
                /** Format: date */
                date: string;
                value: number | null;
                /** @description False for a bucket that the range cuts or that is not over: it has only a part. */
                complete: boolean;
            }[];
        };
        TileMetric: {
            /** @enum {string} */
            key: "sessions" | "conversions" | "ig_reach" | "engagement";
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_data" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        TrackBatch: {
            batch: components["schemas"]["TrackEvent"][];
            /**
             * Format: date-time
             * @description The client's clock when it sent the batch: the events' times are corrected by what it is off.
             */
            sent_at?: string;
            /**
             * Format: date-time
             * @description The client's clock when it sent the batch: the events' times are corrected by what it is off.
             */
            sentAt?: string;
            /**
             * Format: uuid
             * @description The organization; required for the service. A key has its own, a person their home.
             */
            org_id?: string;
            /** @description A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`. */
            writeKey?: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "success": true,
         *       "accepted": 2,
         *       "duplicates": 0,
         *       "not_joined": [],
         *       "rejected": [
         *         {
         *           "index": 2,
         *           "code": "name_missing",
         *           "message": "feature_name: is missing"
         *         }
         *       ]
         *     }
         */
        TrackBatchResult: {
            success: boolean;
            /** @description How many were taken and are new. */
            accepted: number;
            /** @description How many were here already; they are counted once. */
            duplicates: number;
            /** @description What was not taken, and why. */
            rejected: components["schemas"]["Rejected"][];
            /** @description What was accepted but for an id that joins nobody: a placeholder (`placeholder_id`), one that is known to be somebody else's (`id_taken`), or the same as the user id (`same_id`). */
            not_joined: components["schemas"]["Rejected"][];
        };
        TrackEvent: {
            /**
             * @description What happened. Required, by this name or the one of before.
             * @example export_clicked
             */
            event?: string;
            /**
             * @deprecated
             * @description The name of before for `event`.
             */
            feature_name?: string;
            /** @description What makes sending again safe: an event is identified by organization, event_id and occurred_at. Without it each request is a new event, unless it has an `Idempotency-Key`. Identities are kept for 40 days. */
            event_id?: string;
            /**
             * Format: date-time
             * @description When it happened; without it, on arrival. More than 24 hours ahead, or unreadable, is taken for now and flagged. Looser forms of the time and numbers since 1970 are read too.
             * @example 2026-11-16T09:30:00Z
             */
            occurred_at?: string;
            /** @description Who did it. A signed-in person is it themselves. */
            user_id?: string;
            /** @description Who did it, before they are known. */
            anonymous_id?: string;
            /**
             * @description Up to 100, of any JSON; the event up to 32 KiB.
             * @example {
             *       "plan": "free"
             *     }
             */
            properties?: {
                [key: string]: unknown;
            };
        };
        TrackResult: {
            success: boolean;
            /** @example Event 'export_clicked' tracked successfully */
            message: string;
            /** @description How many were taken and are new. */
            accepted: number;
            /** @description How many were here already; they are counted once. */
            duplicates: number;
            /** @description What was not taken, and why. */
            rejected: components["schemas"]["Rejected"][];
            /** @description What was accepted but for an id that joins nobody: a placeholder (`placeholder_id`), one that is known to be somebody else's (`id_taken`), or the same as the user id (`same_id`). */
            not_joined: components["schemas"]["Rejected"][];
        };
        /**
         * @example {
         *       "user_id": "00000000-0000-4000-8000-000000000001"
         *     }
         */
        Transfer: {
            /** Format: uuid */
            user_id: string;
        };
        UndeliveredAlert: {
            /** @enum {string} */
            kind: "budget" | "disk";
            /** Format: uuid */
            org_id: string;
            organization: string;
            /** Format: uuid */
            user_id: string;
            /** @enum {string} */
            state: "failed" | "expired";
            attempts: number;
            error: string | null;
            /** Format: date-time */
            at: string;
        };
        UseMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_sessions" | "no_cost" | "no_tokens" | "no_decisions" | "only_automatic_decisions" | "no_pull_requests" | "no_accepted_lines" | "no_calls" | "no_failed_calls" | "no_first_token_time" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
        /**
         * @example {
         *       "scope": "email",
         *       "email": "demo@livinglytics.test"
         *     }
         */
        WeeklyDigestRequest: {
            /**
             * @description `all`: everybody, `email`: one person, `due`: what the schedule says is due or has to be tried again.
             * @enum {string}
             */
            scope?: "all" | "email" | "due";
            /**
             * Format: email
             * @example demo@livinglytics.test
             */
            email?: string;
            /**
             * Format: date
             * @description Any day of the wanted week, which must be over. Default: the last Monday–Sunday that is over where the organization is.
             * @example 2026-11-16
             */
            week?: string;
        };
        /**
         * @example {
         *       "status": "ok",
         *       "period": {
         *         "start": "2026-11-09",
         *         "end": "2026-11-15",
         *         "days": 7,
         *         "time_zone": "America/Los_Angeles",
         *         "complete": true
         *       },
         *       "sent": 1,
         *       "stored": 0,
         *       "skipped": 0,
         *       "pending": 0,
         *       "remaining": 0,
         *       "errors": [],
         *       "missed": [],
         *       "run_id": "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11"
         *     }
         */
        WeeklyDigestResult: {
            /**
             * @description `partial`: something failed, or is still pending and will be tried again.
             * @enum {string}
             */
            status: "ok" | "partial";
            period: components["schemas"]["Period"];
            sent: number;
            /** @description Finished without a mail: no mail provider is set up. */
            stored: number;
            /** @description Had this digest already, or do not want one. */
            skipped: number;
            /** @description Left to do: another call is at it, or it is tried again. */
            pending: number;
            /** @description Of the pending, those there was no time for in the minute a call has: call again. */
            remaining: number;
            /** @description What failed. Asked for by the schedule, also what failed or expired in the last seven days. */
            errors: {
                /** Format: email */
                email: string;
                error: string;
            }[];
            /** @description Weeks that no digest was sent of because nothing asked until it was six days late; each is named by one run. */
            missed: components["schemas"]["MissedWeek"][];
            /** Format: uuid */
            run_id: string;
        };
        YieldMetric: {
            key: string;
            label: string;
            unit: string;
            direction: components["schemas"]["Direction"];
            /** @description Which definition the number has, and its version. */
            definition: string;
            /** @description Null with the reason in `null_reason`, never 0 instead. */
            value: number | null;
            /** @description Rows behind the value. */
            n: number;
            /** @enum {string|null} */
            null_reason: "no_cost" | "no_pull_requests" | "no_deployments" | null;
            previous: components["schemas"]["PreviousValue"];
            change: components["schemas"]["MetricChange"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names this state of the answer, for `If-None-Match`. */
        ETag: string;
        /** @description `true` where this is the answer to an earlier request with the same key. */
        IdempotentReplayed: "true";
        /** @description What is left of the caller's allowance (draft-ietf-httpapi-ratelimit-headers). */
        RateLimit: string;
        /** @description The caller's allowance. */
        RateLimitPolicy: string;
        /** @description Seconds until trying again is of use. */
        RetryAfter: number;
        /** @description How to prove who one is. */
        WwwAuthenticate: string;
        /** @description Names this request in the log: the caller's `X-Request-Id` if it is sane. */
        XRequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAnalyticsOverview: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Only events of persons of this age group. */
                age_group?: "<18" | "18-40" | ">40" | "unknown";
                /** @description Only events of persons of this gender. */
                gender?: "Male" | "Female" | "Other" | "unknown";
                /** @description The name of an event. */
                event?: string;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `event`.
                 */
                feature_name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsOverview"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getActiveUsers: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsActiveUsers"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBreakdown: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description By what the numbers are divided. */
                breakdown?: "property" | "age_group" | "gender";
                /** @description The property of the events whose values are counted, with `breakdown=property`. */
                property?: string;
                /** @description The name of an event. */
                event?: string;
                /** @description How many are answered, the largest first. */
                limit?: number;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `breakdown`.
                 */
                by?: "property" | "age_group" | "gender";
                /**
                 * @deprecated
                 * @description The name of before for `event`.
                 */
                feature_name?: string;
                /**
                 * @deprecated
                 * @description The name of before for `limit`.
                 */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsBreakdown"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventDrops: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By day and reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsDrops"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsEvents"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description An object a line, CSV with a header, or an Apache Parquet file. */
                format?: "ndjson" | "csv" | "parquet";
                /** @description `gzip` for a file that is compressed, whatever the connection does. */
                compression?: "none" | "gzip";
                /** @description The cursor of the row before the first. */
                after?: string;
                /** @description The most rows; without it all. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFlow: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description The name of an event. */
                event: string;
                /** @description How many events on. */
                depth?: number;
                /** @description How many are answered, the largest first. */
                limit?: number;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `limit`.
                 */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsFlow"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFunnel: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description 2–10 event names joined by commas, or `steps` once for each. */
                steps: string;
                /** @description How long a person may take from the first step to the last, as in `7d` or `12h`. */
                window?: string;
                /** @description `loose`: other events may come between two steps; `strict`: none may. */
                order?: "loose" | "strict";
                /** @description By what the numbers are divided. */
                breakdown?: "age_group" | "gender";
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsFunnel"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubCodeQuality: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description The id or name of a team: what happens in its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubCodeQuality"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubContributors: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description The id or name of a team: what happens in its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contributors, the most active first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubContributors"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubRepositoryReport: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description The id or name of a team: what happens in its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of repositories, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubRepositoryReport"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveEvents: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last thirty minutes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsLive"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchPersons: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description How the id begins. */
                search: string;
                /** @description How many ids at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The persons */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundPersons"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPerson: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path: {
                /** @description `u:USER_ID`, `a:ANONYMOUS_ID`, or a user or anonymous id without prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonTimeline"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erasePerson: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path: {
                /** @description `u:USER_ID`, `a:ANONYMOUS_ID`, or a user or anonymous id without prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureReceipt"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportPerson: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description How the answer is written. */
                format?: "json" | "ndjson";
            };
            header?: never;
            path: {
                /** @description `u:USER_ID`, `a:ANONYMOUS_ID`, or a user or anonymous id without prefix. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonExport"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProperties: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description The name of an event. */
                event?: string;
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `event`.
                 */
                feature_name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The properties */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsProperties"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetention: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description How long a bucket is. A week begins on Monday. */
                interval?: "day" | "week" | "month";
                /** @description Cells in a row. Defaults to 15 days, 9 weeks or 7 months. */
                periods?: number;
                /** @description The event that makes a person part of a cohort; without it, their first. */
                start_event?: string;
                /** @description The event that counts as coming back; without it, any. */
                return_event?: string;
                /** @description By what the numbers are divided. */
                breakdown?: "age_group" | "gender";
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `interval`.
                 */
                period?: "day" | "week" | "month";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cohorts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsRetention"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description `csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /**
                 * @deprecated
                 * @description The name of before for `start`.
                 */
                start_date?: string;
                /**
                 * @deprecated
                 * @description The name of before for `end`.
                 */
                end_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsSessions"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmRegistration"];
            };
        };
        responses: {
            /** @description The account is there, and signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPassword"];
            };
        };
        responses: {
            /** @description If there is such a person, they get a mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgotPasswordAnswer"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChanges"];
            };
        };
        responses: {
            /** @description The profile as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description The session goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description The password is set; sign in with it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SignIn"];
                "application/x-www-form-urlencoded": components["schemas"]["SignInForm"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDashboardOverview: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 27 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to yesterday, because today is not over. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first view */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardOverview"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDashboardTiles: {
        parameters: {
            query?: {
                /** @description The organization. A signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description One person's numbers alone. Without it those of everybody in the organization; the service names one of both. */
                email?: string;
                /** @description The public id of an organization with public dashboards, instead of a credential; all its people together. */
                public_id?: string;
                /** @description The first day. Without it, all time. */
                start?: string;
                /** @description The last day, included. Defaults to today, without a start to the last day with a number. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tiles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardTiles"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    seedUser: {
        parameters: {
            query: {
                /** @description The address of the person. */
                email: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the person is new */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeedResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDigestDeliveries: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of digests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestDeliveries"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveDeliveryEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryEvent"];
            };
        };
        responses: {
            /** @description Received */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryEventReceipt"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDigestPreference: {
        parameters: {
            query?: {
                /** @description Whose numbers. Required for the service; a signed-in user defaults to themselves. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preference */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestPreference"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setDigestPreference: {
        parameters: {
            query?: {
                /** @description Whose numbers. Required for the service; a signed-in user defaults to themselves. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DigestPreferenceChange"];
            };
        };
        responses: {
            /** @description The preference now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestPreference"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewDigest: {
        parameters: {
            query?: {
                /** @description Whose numbers. Required for the service; a signed-in user defaults to themselves. */
                email?: string;
                /** @description Any day of the wanted week, which must be over. Default: the last Monday–Sunday that is over where the organization is. */
                week?: string;
                /** @description How the answer is written. */
                format?: "json" | "text" | "html";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The digest */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestPreview"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDigestRuns: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestRuns"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askToUnsubscribe: {
        parameters: {
            query: {
                /** @description The token of the link in the mail. */
                token: string;
                /** @description Makes a GET unsubscribe, where the page with the button cannot be shown. */
                confirm?: "yes";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, or its text where no page can be shown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query: {
                /** @description The token of the link in the mail. */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": {
                    "List-Unsubscribe"?: string;
                };
            };
        };
        responses: {
            /** @description A page, or its text where no page can be shown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendWeeklyDigest: {
        parameters: {
            query?: {
                /** @description One person; short for a body with scope `email`. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WeeklyDigestRequest"];
            };
        };
        responses: {
            /** @description To the service: what came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeeklyDigestResult"];
                };
            };
            /** @description To pg_cron, at once: the work begins after the answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI 3.1 document of every function */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEtlDeadLetters: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only those in this state. */
                state?: "open" | "resolved";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlDeadLetters"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayEtlDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dead letter. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlDeadLetter"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEtlJobs: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The jobs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlJobs"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEtlJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EtlJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlJob"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEtlJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlJob"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateEtlJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EtlJobChanges"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlJob"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetEtlJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlJob"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runEtlJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlRunStarted"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEtlRuns: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @description The job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlRuns"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEtlRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlRun"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followEtlRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `progress` events whose data is the run, as `GET /etl/runs/{id}` answers it, and whose id is its version. The stream ends with the run, or after 60 seconds; come back with `Last-Event-ID`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The run is over and `Last-Event-ID` is its last event: do not come back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEtlStatus: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of an organization's jobs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlStatus"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workEtlJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EtlTickRequest"];
            };
        };
        responses: {
            /** @description To the service: what came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EtlTick"];
                };
            };
            /** @description To pg_cron, at once: the work begins after the answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubConnection: {
        parameters: {
            query?: {
                /** @description Whose connection. Required for the service; a signed-in user defaults to theirs. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundGithubConnection"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGithubConnection: {
        parameters: {
            query?: {
                /** @description Whose connection. Required for the service; a signed-in user has only their own. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GithubConnectionRequest"];
            };
        };
        responses: {
            /** @description Connected */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubConnection"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGithubConnection: {
        parameters: {
            query?: {
                /** @description Whose connection. Required for the service; a signed-in user has only their own. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no connection any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubRepositories: {
        parameters: {
            query?: {
                /** @description Whose GitHub account. A signed-in user defaults to themselves; the service, without it, reads the account of `GITHUB_TOKEN`. */
                email?: string;
                /** @description How many repositories at most, newest update first. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repositories */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubRepositories"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubUser: {
        parameters: {
            query?: {
                /** @description Whose GitHub account. A signed-in user defaults to themselves; the service, without it, reads the account of `GITHUB_TOKEN`. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubUser"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveGithubWebhook: {
        parameters: {
            query?: never;
            header: {
                /** @description What happened, as GitHub names it. */
                "x-github-event": string;
                /** @description GitHub's id of the delivery: once counted, it is not counted again. */
                "x-github-delivery": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GithubWebhook"];
            };
        };
        responses: {
            /** @description Received */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GithubWebhookReceipt"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendDiskAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the service: what came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiskAlertsResult"];
                };
            };
            /** @description To pg_cron, at once: the work begins after the answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything it needs is there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testSelf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SelfTest"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceStatus"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInsights: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to yesterday. Of days that are not over nothing is taken. */
                end?: string;
                /** @description Complete days, up to yesterday, in place of `start` and `end`. Without any of the three, 30. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description Lags from 0 to this many days are tried, either way. */
                lag_days?: number;
                /** @description Comma list of up to 20 names; all pairs of them are compared. Without it the usual ones that have numbers, those of AI, delivery and product with each other. */
                metrics?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The insights */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Insights"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBudgets: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of budgets, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Budgets"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setBudget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetRequest"];
            };
        };
        responses: {
            /** @description The budget */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBudgetAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the service: what came of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertMailsResult"];
                };
            };
            /** @description To pg_cron, at once: the work begins after the answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteBudget: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path: {
                /** @description The budget. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAiKpis: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 6 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 7. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The KPIs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AiKpis"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetricsCatalog: {
        parameters: {
            query?: {
                /** @description The organization. A signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description One person's numbers alone. Without it those of everybody in the organization; the service names one of both. */
                email?: string;
                /** @description The public id of an organization with public dashboards, instead of a credential; all its people together. */
                public_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsCatalog"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDora: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraSummary"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraBreakdown: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description What each item is of. */
                breakdown?: "repository" | "team";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraBreakdown"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraChangeFailureRate: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Also a page of the rows behind the number. */
                drill?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraChangeFailureRate"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCommits: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryCommit"] | {
                    items?: components["schemas"]["DeliveryCommit"][];
                } | components["schemas"]["DeliveryCommit"][];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description Some were rejected; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCommit: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
                /** @description Its hash, in full. */
                sha: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraDeploymentFrequency: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Also a page of the rows behind the number. */
                drill?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraDeploymentFrequency"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDeployments: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryDeployment"] | {
                    items?: components["schemas"]["DeliveryDeployment"][];
                } | components["schemas"]["DeliveryDeployment"][];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description Some were rejected; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDeployment: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
                /** @description What it was posted with. */
                external_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraFilterOptions: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The options */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraFilterOptions"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forecastDora: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DoraForecastRequest"];
            };
        };
        responses: {
            /** @description The forecast, with the error it had */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraForecast"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postIncidents: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryIncident"] | {
                    items?: components["schemas"]["DeliveryIncident"][];
                } | components["schemas"]["DeliveryIncident"][];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description Some were rejected; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteIncident: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
                /** @description What it was posted with. */
                external_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraLeadTime: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Also a page of the rows behind the number. */
                drill?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraLeadTime"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPullRequests: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryPullRequest"] | {
                    items?: components["schemas"]["DeliveryPullRequest"][];
                } | components["schemas"]["DeliveryPullRequest"][];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description Some were rejected; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePullRequest: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
                /** @description What it was posted with. */
                external_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraRecoveryTime: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Also a page of the rows behind the number. */
                drill?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraRecoveryTime"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postReviews: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryReview"] | {
                    items?: components["schemas"]["DeliveryReview"][];
                } | components["schemas"]["DeliveryReview"][];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description Some were rejected; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDelivery"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteReview: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
                /** @description What it was posted with. */
                pull_request: string;
                /** @description What it was posted with. */
                external_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraReworkRate: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then. */
                report_year?: "2021" | "2023" | "2024" | "2025";
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Also a page of the rows behind the number. */
                drill?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraReworkRate"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoraTrend: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The id or name of a team: the deliveries of its repositories. */
                team?: string;
                /** @description Only this repository, `owner/name`. */
                repository?: string;
                /** @description Defaults to `production`, which stands for all environments that are. */
                environment?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description How long a bucket is. A week begins on Monday. */
                interval?: "day" | "week" | "month";
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoraTrend"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestMetrics: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Retrying with the same key and body answers the first response again for 24 hours; with another body it is a 409.
                 * @example ga4-2026-11-16
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                } | components["schemas"]["IngestItem"] | components["schemas"]["IngestBatch"];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestResult"] | components["schemas"]["IngestBatchResult"];
                };
            };
            /** @description Some items failed; the others are stored */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAiRawMetrics: {
        parameters: {
            query?: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The first day. Defaults to 6 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 7. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AiRawMetrics"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetricsTimeline: {
        parameters: {
            query?: {
                /** @description The organization. A signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description One person's numbers alone. Without it those of everybody in the organization; the service names one of both. */
                email?: string;
                /** @description The public id of an organization with public dashboards, instead of a credential; all its people together. */
                public_id?: string;
                /** @description Comma list of up to 20 names. Without it, the first 20 there are. */
                metrics?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description How long a bucket is. A week begins on Monday. */
                interval?: "day" | "week" | "month";
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /**
                 * @deprecated
                 * @description The name of before for `interval`.
                 */
                granularity?: "day" | "week" | "month";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsTimeline"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of organizations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organizations"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrganization"];
            };
        };
        responses: {
            /** @description The organization */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitation"];
            };
        };
        responses: {
            /** @description The organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openShare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenShareLink"];
            };
        };
        responses: {
            /** @description What it shows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedShareLink"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationChanges"];
            };
        };
        responses: {
            /** @description The organization as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Only what was done so. */
                action?: string;
                /** @description Only what was done to things of this kind. */
                object_type?: string;
                /** @description A person's or an API key's id. */
                actor_id?: string;
                /** @description The first day, in the organization's time zone. */
                start?: string;
                /** @description The last day, included. */
                end?: string;
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audit"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invitations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitations"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The invitation. */
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description The key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The key, by the id in its prefix. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The key, by the id in its prefix. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateKey"];
            };
        };
        responses: {
            /** @description The new key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Left */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Members"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The person. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setMemberRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The person. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description The member as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDataRetention: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Days by kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataRetention"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setDataRetention: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DataRetentionChanges"];
            };
        };
        responses: {
            /** @description Days by kind, as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataRetention"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShares: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShareLinks"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewShareLink"];
            };
        };
        responses: {
            /** @description The link */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedShareLink"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
                /** @description The share link. */
                share_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transferOwnership: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organization. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Transfer"];
            };
        };
        responses: {
            /** @description Transferred */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAiProfile: {
        parameters: {
            query: {
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
                /** @description The developer: the login or address that their commits carry. */
                developer_id: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 30. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AiProfile"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Exactly, in any case. */
                developer_id?: string;
                /** @description Exactly as it was sent: the model of most of a session's tokens. */
                model?: string;
                /** @description owner/name, in any case. */
                repository?: string;
                /** @description The first day. Without it, that of the first session. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description What the list is sorted by. */
                sort_by?: "timestamp" | "cost_usd" | "tokens";
                /** @description Which end comes first. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsCostChanges: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 30. */
                since?: number;
                /** @description With what the range is compared: the one just before, or a year earlier. */
                compare?: "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change and its parts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsCostChanges"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionDeadLetters: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDeadLetters"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionDevelopers: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDevelopers"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSessionDeveloper: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetSessionDeveloper"];
            };
        };
        responses: {
            /** @description The developer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDeveloper"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsCostForecast: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The forecast */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsCostForecast"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestSessions: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionRecord"] | components["schemas"]["SessionRecord"][];
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description What became of the records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsIngested"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportTelemetry: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path: {
                /** @description What is exported. */
                signal: "traces" | "logs" | "metrics";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-protobuf": string;
            };
        };
        responses: {
            /** @description Taken, all or in part */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/x-protobuf": string;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModelPolicies: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them, by repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelPolicies"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setModelPolicy: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetModelPolicy"];
            };
        };
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelPolicy"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelPolicy: {
        parameters: {
            query: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Only this repository, `owner/name`. */
                repository: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionPrices: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Only the prices that a call of this model may get. */
                model?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of prices, by model, the latest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPrices"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSessionPrice: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetSessionPrice"];
            };
        };
        responses: {
            /** @description The price */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPrice"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSessionPrice: {
        parameters: {
            query: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description The name of the model. */
                model: string;
                /** @description The day from which the price holds. */
                valid_from: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionSources: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The programs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionSources"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsSpend: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description By what the sessions are grouped. */
                breakdown?: "agent" | "model" | "team" | "repository" | "developer";
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 30. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Spend by group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsSpend"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsUsage: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description Days of 24 hours back from now, in place of `start` and `end`. Without any of the three, 30. */
                since?: number;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was used */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsUsage"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsYield: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
                /** @description The first day. Defaults to 29 days before the end. */
                start?: string;
                /** @description The last day, included. Defaults to today in the organization's time zone. */
                end?: string;
                /** @description `previous`: the range of the same length just before. `year`: the same dates a year earlier. */
                compare?: "none" | "previous" | "year";
                /** @description How long a bucket is. A week begins on Monday. */
                interval?: "day" | "week" | "month";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Spend by outcome */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsYield"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: {
                /** @description The organization; required for the service. A key has its own, a person their home. */
                org_id?: string;
            };
            header?: never;
            path: {
                /** @description The session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AiSession"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: number;
                /** @description How many a page has. */
                page_size?: number;
                /** @description Required for the service; a signed-in user defaults to their home organization. */
                org_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of teams */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Teams"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTeam"];
            };
        };
        responses: {
            /** @description The team */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The team. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The team */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The team. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The team. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamChanges"];
            };
        };
        responses: {
            /** @description The team as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The team. */
                id: string;
                /** @description The login or address that their commits carry. */
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The team. */
                id: string;
                /** @description The login or address that their commits carry. */
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTeamRepository: {
        parameters: {
            query: {
                /** @description Its name. */
                repository: string;
            };
            header?: never;
            path: {
                /** @description The team. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeamRepository: {
        parameters: {
            query: {
                /** @description Its name. */
                repository: string;
            };
            header?: never;
            path: {
                /** @description The team. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trackEvent: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": ({
                    /**
                     * Format: uuid
                     * @description The organization; required for the service. A key has its own, a person their home.
                     */
                    org_id?: string;
                    /** @description A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`. */
                    writeKey?: string;
                } & {
                    [key: string]: unknown;
                }) & components["schemas"]["TrackEvent"];
            };
        };
        responses: {
            /** @description Stored, or a duplicate */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    aliasPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AliasPerson"];
            };
        };
        responses: {
            /** @description Known from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonChanged"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAmplitude: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In Amplitude's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAmplitudeBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In Amplitude's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trackEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrackBatch"];
            };
        };
        responses: {
            /** @description What became of them */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRudderBeacon: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentMessages"];
            };
        };
        responses: {
            /** @description What became of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groupPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupPerson"];
            };
        };
        responses: {
            /** @description Known from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonChanged"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    identifyPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentifyPerson"];
            };
        };
        responses: {
            /** @description Known from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonChanged"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJitsuServerMessage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The method of Segment's API. */
                call: "b" | "batch" | "import" | "t" | "track" | "p" | "page" | "s" | "screen" | "i" | "identify" | "g" | "group" | "a" | "alias";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentMessages"];
            };
        };
        responses: {
            /** @description What became of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJitsuMessage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The method of Segment's API. */
                call: "b" | "batch" | "import" | "t" | "track" | "p" | "page" | "s" | "screen" | "i" | "identify" | "g" | "group" | "a" | "alias";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentMessages"];
            };
        };
        responses: {
            /** @description What became of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMixpanel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The method of Mixpanel's API. */
                call: "track" | "import" | "engage" | "groups";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `1`, which is all that the libraries read, or more with `verbose=1` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/plain": "1";
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMixpanel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The method of Mixpanel's API. */
                call: "track" | "import" | "engage" | "groups";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `1`, which is all that the libraries read, or more with `verbose=1` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/plain": "1";
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postOpenpanel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON, without which its libraries send the same again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPlausible: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `ok` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPosthogConfig: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of the project. */
                key: string;
                /** @description As JSON, or as a script. */
                file: "config" | "config.js";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In PostHog's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/javascript": string;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPosthogDecision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In PostHog's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPosthogFlags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In PostHog's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPosthogEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In PostHog's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPosthog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The method of PostHog's API. */
                call: "batch" | "e" | "capture" | "s";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In PostHog's words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSnowplow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `ok` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRudderSourceConfig: {
        parameters: {
            query: {
                /** @description The key of the source. */
                writeKey: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RudderSourceConfig"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUmami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON, as its script expects */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSegmentSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The write key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentSettings"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSegmentMessages: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 visible ASCII characters. Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place and what it says. What was stored already is answered as a duplicate.
                 * @example checkout-7f3a
                 */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The method of Segment's API. */
                call: "b" | "batch" | "import" | "t" | "track" | "p" | "page" | "s" | "screen" | "i" | "identify" | "g" | "group" | "a" | "alias";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentMessages"];
            };
        };
        responses: {
            /** @description What became of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBatchResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
