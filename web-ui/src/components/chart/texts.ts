export const texts = {
  unknown: "not known",
  events: (count: number, failed: number) =>
    `${count} ${count === 1 ? "event" : "events"}${failed > 0 ? `, ${failed} failed` : ""}`,
  nothing: (what: string) => `${what} over 24 hours: nothing.`,
  most: (what: string, most: string, when: string) => `${what} over 24 hours: peak ${most}, at ${when}.`,
} as const;
