import { texts } from "./texts.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What one can choose, in seconds. */
const AGES = [0, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY];
const UNITS = [
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
  [1, "second"],
] as const;

/** The plugin's own age, those one can choose, and the one that is set, whatever it is. */
export function catchUpAges(own: number, set: number | null): { value: string; label: string }[] {
  const ages = set === null || AGES.includes(set) ? AGES : [...AGES, set].sort((a, b) => a - b);
  return [
    { value: "", label: texts.catchUpPlugin(ageInWords(own)) },
    ...ages.map((seconds) => ({ value: String(seconds), label: ageInWords(seconds) })),
  ];
}

/** 5400 → "1 hour 30 minutes" */
export function ageInWords(seconds: number): string {
  const words: string[] = [];
  let left = seconds;
  for (const [size, name] of UNITS) {
    const count = Math.floor(left / size);
    left %= size;
    if (count > 0) words.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return words.join(" ") || texts.catchUpNothing;
}
