import type { InstanceHistory } from "@rookery/host/api";
import type { Bar } from "./Bars.tsx";
import { texts } from "./texts.ts";

/** When steps begin, and how long each is. */
export type Steps = Pick<InstanceHistory, "from" | "stepSeconds">;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const number = new Intl.NumberFormat("en");

/** "14:00–15:00", in the time of who reads. */
export function stepName({ from, stepSeconds }: Steps, step: number): string {
  const begin = Date.parse(from) + step * stepSeconds * 1000;
  return `${clock.format(begin)}–${clock.format(begin + stepSeconds * 1000)}`;
}

/** @param show how a value is written; a number unless told */
export function barsOf(
  steps: Steps,
  values: readonly (number | null)[],
  show: (value: number) => string = number.format,
): Bar[] {
  return values.map((value, step) => ({
    value,
    title: `${stepName(steps, step)}: ${value === null ? texts.unknown : show(value)}`,
  }));
}

/** Events with those that failed. */
export function eventBars(steps: Steps, received: readonly number[], failed: readonly number[]): Bar[] {
  return received.map((value, step) => {
    const bad = failed[step] ?? 0;
    return { value, bad, title: `${stepName(steps, step)}: ${texts.events(value, bad)}` };
  });
}

/** The same in a sentence, for who cannot see them. */
export function inWords(
  steps: Steps,
  what: string,
  values: readonly (number | null)[],
  show: (value: number) => string = number.format,
): string {
  const most = Math.max(...values.map((value) => value ?? 0));
  if (most === 0) return texts.nothing(what);
  return texts.most(what, show(most), stepName(steps, values.indexOf(most)));
}

export const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
