import type { HttpTally } from "../../matrix/http-tally.ts";
import { type Family, samplesOf } from "./family.ts";

const DURATION = "rookery_homeserver_request_duration_seconds";

/** The requests to all homeservers. */
export function homeserverFamilies(tally: Pick<HttpTally, "statuses" | "limited" | "durations">): Family[] {
  return [
    {
      name: "rookery_homeserver_requests_total",
      help: "Requests to homeservers since the host began, by kind and by the answer's status; none: there was no answer.",
      type: "counter",
      values: tally.statuses().map(({ kind, status, count }) => ({ labels: { kind, status }, value: count })),
    },
    {
      name: "rookery_homeserver_rate_limits_total",
      help: "Requests that a homeserver refused for being too many (429) since the host began; they are tried again.",
      type: "counter",
      values: [{ labels: {}, value: tally.limited() }],
    },
    {
      name: DURATION,
      help: "How long homeservers took to answer, media until they began, in seconds. Without sync, which they hold open.",
      type: "histogram",
      values: tally.durations().flatMap(({ kind, durations }) => samplesOf(DURATION, { kind }, durations)),
    },
  ];
}
