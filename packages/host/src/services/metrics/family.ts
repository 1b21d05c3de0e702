import type { CountedDurations } from "../../durations.ts";

/** A metric with all that is to be said of it now: https://prometheus.io/docs/concepts/data_model/ */
export interface Family {
  /** With its unit, and `_total` where it only grows: https://prometheus.io/docs/practices/naming/ */
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  values: Sample[];
}

export interface Sample {
  labels: Labels;
  value: number;
  /** Of a part of a histogram, which has a name of its own. */
  metricName?: string;
}

/** Only what the operator named or a table lists: never a room, an event, or a text of a plugin's or a person's. */
export type Labels = Record<string, string>;

/** The samples of a histogram for one set of labels. */
export function samplesOf(
  name: string,
  labels: Labels,
  { buckets, sum, count }: CountedDurations,
): Required<Sample>[] {
  return [
    ...buckets.map(({ seconds, count }) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: seconds === Number.POSITIVE_INFINITY ? "+Inf" : String(seconds) },
      value: count,
    })),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
