import { Cron } from "croner";
import { AppError, reasonOf } from "../errors.ts";

/** The times of a cron expression; all in milliseconds since 1970. */
export interface CronTimes {
  /** The first after a time; `null` where there is none any more. */
  next(after: number): number | null;
  /** The last up to a time, itself included. */
  latest(upTo: number): number | null;
}

/**
 * Reads a cron expression of five fields, or of six with the seconds first, in a time zone.
 *
 * Where the clocks change, a time of day (`30 2 * * *`) that is left out comes at the end of the gap,
 * and one that is there twice comes the first time only; what repeats (a wildcard or a step in its hours,
 * minutes or seconds) keeps to the times that there are, both of those that come twice included.
 *
 * @throws AppError `CONFIG_INVALID`
 */
export function readCron(expression: string, timeZone: string): CronTimes {
  checkTimeZone(timeZone);
  const cron = parse(expression, timeZone);
  const times: CronTimes = {
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    latest: (upTo) => cron.previousRuns(1, new Date(upTo + 1))[0]?.getTime() ?? null,
  };
  if (times.next(Date.now()) === null)
    throw new AppError("CONFIG_INVALID", `The time "${expression}" never comes.`);
  return times;
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    const text = `There is no time zone "${timeZone}". Name it as the IANA does, such as "Europe/Berlin".`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}

function parse(expression: string, timezone: string): Cron {
  let cron: Cron;
  try {
    cron = new Cron(expression, {
      ...{ timezone, paused: true, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" },
    });
  } catch (cause) {
    const why = reasonOf(cause).replace(/^CronPattern: /, "");
    throw new AppError("CONFIG_INVALID", `"${expression}" is no cron expression: ${why}`, { cause });
  }
  // croner takes a date, too, and would run once.
  if (cron.getOnce() === null) return cron;
  throw new AppError("CONFIG_INVALID", `"${expression}" is a date and no cron expression.`);
}
