import type { MatrixEvent } from "../event.ts";

/** The type of the event that stands for a run of a schedule. Only the host makes such; rooms know none. */
const TYPE = "org.rookery.schedule";
const LANE = "schedule:";

/** A schedule that an instance has. */
export interface ScheduleInfo {
  /** Under it the host remembers when the schedule was due last. */
  name: string;
  /** Five fields, or six with the seconds first. */
  cron: string;
  /** As the IANA names it: `Europe/Berlin`. */
  timeZone: string;
  /** Instead of the instance's own catch-up age. */
  catchUpSeconds: number | null;
}

/** What stands for the room of a schedule's runs. No room has this ID: theirs begin with `!`. */
export function scheduleLane(name: string): string {
  return LANE + name;
}

/** The name of the schedule that a delivery is a run of; `null` for an event of a room. */
export function scheduleOf(roomId: string): string | null {
  return roomId.startsWith(LANE) ? roomId.slice(LANE.length) : null;
}

/** A run of a schedule as an event, so that it goes the way of all events. The same run has the same ID. */
export function scheduleEvent(name: string, dueAt: number, userId: string): MatrixEvent {
  const due = new Date(dueAt).toISOString();
  return {
    type: TYPE,
    event_id: `$schedule:${name}:${due}`,
    sender: userId,
    origin_server_ts: dueAt,
    content: { name, due },
  };
}
