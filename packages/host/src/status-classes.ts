/** An HTTP answer's kind: the first digit of its status, or that there was none. */
export const STATUS_CLASSES = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** Counts HTTP answers by their kind. */
export interface StatusClasses {
  /** @param status of HTTP; `null` where nobody answered */
  add(status: number | null): void;
  /** All kinds, those that never came included. */
  read(): [StatusClass, number][];
}

export function createStatusClasses(): StatusClasses {
  const counts = new Float64Array(STATUS_CLASSES.length);
  return {
    add(status) {
      const digit = status === null ? 0 : Math.floor(status / 100);
      // A number that HTTP does not know is an answer that nobody can use.
      const index = digit < STATUS_CLASSES.length ? digit : 0;
      counts[index] = (counts[index] ?? 0) + 1;
    },
    read: () => STATUS_CLASSES.map((name, index) => [name, counts[index] ?? 0]),
  };
}
