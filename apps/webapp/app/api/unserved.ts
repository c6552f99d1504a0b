import { AppError, notFound, notServed } from "./errors.js";

const WAITS =
  "Waiting inside of a task for more than five seconds (wait.for, wait.until, wait.forToken) is not served by this " +
  "server: end the run, and trigger the rest of the work with a delay.";

/** What published clients ask for and this server does not have: the beginnings of paths, and what to do instead. */
const UNSERVED: readonly (readonly [path: RegExp, sentence: string])[] = [
  [/^\/engine\/v1\/runs\/[^/]+\/(?:wait|waitpoints)\//, WAITS],
  [/^\/api\/v1\/waitpoints\//, WAITS],
  [/^\/api\/v1\/runs\/[^/]+\/(?:input-streams|session-streams)\//, WAITS],
  [/^\/api\/v1\/batches\/[^/]+$/, "This older way to read a batch is not served: use GET /api/v2/batches/:id."],
  [
    /^\/api\/v1\/runs\/[^/]+\/packets\//,
    "A run's payload and output are not served apart from it: GET /api/v3/runs/:id has them.",
  ],
  [
    /^\/api\/v[12]\/tasks\/batch$/,
    "Batches are triggered by POST /api/v3/batches, as the SDK does since 4.0; this older way is not served.",
  ],
  [
    /^\/api\/v1\/concurrency-limits(?:\/|$)/,
    "Named concurrency limits are not served by this server: a queue has its own, see /api/v1/queues.",
  ],
  [
    /^\/api\/v1\/bulk-actions(?:\/|$)/,
    "Bulk actions are not served by this server: cancel and replay runs one by one.",
  ],
  [/^\/api\/v1\/schedules(?:\/|$)/, "Schedules are not served by this server: trigger the task at its time."],
  [
    /^\/api\/v1\/(?:deployments|prompts|query|reports|sessions|webhooks)(?:\/|$)/,
    "Deployments, prompts, queries, reports, sessions and webhooks are not served by this server.",
  ],
];

/**
 * Subscriptions: a client of Electric's protocol would ask again and again after a 501, and stops after a 404.
 */
const UNSERVED_STREAM = /^\/realtime\/v1\/(?:runs$|batches\/|streams\/|sessions\/)/;
const UNSERVED_STREAM_SENTENCE =
  "Only one run at a time can be subscribed to, by GET /realtime/v1/runs/:id; list others with GET /api/v1/runs.";

/** The refusal of a path that no route has: one that clients know says what to do instead. */
export function unknownRoute(path: string): AppError {
  const [, sentence] = UNSERVED.find(([known]) => known.test(path)) ?? [];
  if (sentence !== undefined) return notServed(sentence);
  return UNSERVED_STREAM.test(path) ? new AppError("not_found", UNSERVED_STREAM_SENTENCE) : notFound("Route");
}
