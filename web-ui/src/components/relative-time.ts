const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const words = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

/** "12 min. ago", "just now": how far `then` lies from `now`, both in milliseconds. */
export function relativeTime(then: number, now: number): string {
  const seconds = (then - now) / 1000;
  const unit = units.find(([, size]) => Math.abs(seconds) >= size);
  if (unit) return words.format(Math.trunc(seconds / unit[1]), unit[0]).replace(".", "");
  if (Math.abs(seconds) < 10) return "just now";
  return words.format(Math.trunc(seconds), "second").replace(".", "");
}
