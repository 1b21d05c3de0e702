import { type CountedDurations, createDurations } from "../durations.ts";
import { createStatusClasses, type StatusClass } from "../status-classes.ts";

/** `sync` is held open by the homeserver on purpose; `media` are files. */
export const REQUEST_KINDS = ["request", "sync", "media"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** How homeservers answered the host. It is on the path of each request: names are looked up when it is read. */
export interface HttpTally {
  /**
   * @param status of HTTP; `null` where nobody answered
   * @param ms how long it took until the answer was there, for media until it began; in milliseconds
   */
  answered(kind: RequestKind, status: number | null, ms: number): void;
  /** Answers by kind and status. */
  statuses(): { kind: RequestKind; status: StatusClass; count: number }[];
  /** Answers that said to come back later. */
  limited(): number;
  /** How long answers took; of a kind that the homeserver holds open, that says nothing of it. */
  durations(): { kind: RequestKind; durations: CountedDurations }[];
}

export function createHttpTally(): HttpTally {
  const kindOf = () => ({ statuses: createStatusClasses(), durations: createDurations() });
  let limited = 0;
  const tallies = { request: kindOf(), sync: kindOf(), media: kindOf() };
  return {
    answered(kind, status, ms) {
      const { statuses, durations } = tallies[kind];
      statuses.add(status);
      if (status === 429) limited++;
      if (status !== null) durations.add(ms);
    },
    statuses: () =>
      REQUEST_KINDS.flatMap((kind) =>
        tallies[kind].statuses.read().map(([status, count]) => ({ kind, status, count })),
      ),
    limited: () => limited,
    durations: () =>
      REQUEST_KINDS.filter((kind) => kind !== "sync").map((kind) => ({
        kind,
        durations: tallies[kind].durations.read(),
      })),
  };
}
