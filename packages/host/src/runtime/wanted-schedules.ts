import type { ScheduleInfo } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { AppError, reasonOf } from "../errors.ts";
import { type CronTimes, readCron } from "./cron.ts";

const Wanted = Compile(
  Type.Object({
    name: Type.String({ pattern: "^[\\w.-]{1,64}$" }),
    cron: Type.String({ maxLength: 200 }),
    timeZone: Type.String({ maxLength: 100 }),
    catchUpSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  }),
);
const MAX_SCHEDULES = 100;

/**
 * Checks the schedules that a plugin's `setup` made, and reads their times.
 *
 * @returns the times, by the schedules' names
 * @throws AppError `CONFIG_INVALID` that names the schedule which cannot be run, and says why
 */
export function readSchedules(wanted: readonly ScheduleInfo[]): Map<string, CronTimes> {
  if (wanted.length > MAX_SCHEDULES)
    throw new AppError("CONFIG_INVALID", `An instance has up to ${MAX_SCHEDULES} schedules.`);
  return new Map(wanted.map((schedule) => [schedule.name, readTimes(schedule)]));
}

function readTimes(schedule: ScheduleInfo): CronTimes {
  const { name, cron, timeZone } = schedule;
  const [error] = Wanted.Check(schedule) ? [] : Wanted.Errors(schedule);
  if (error) {
    const text = `The schedule "${name}" cannot be run: ${error.instancePath.slice(1)} ${error.message}.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  try {
    return readCron(cron, timeZone);
  } catch (cause) {
    const text = `The schedule "${name}" cannot be run: ${reasonOf(cause)}`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}
