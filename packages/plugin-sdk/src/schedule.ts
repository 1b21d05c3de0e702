import type { RoomsContext } from "./rooms-context.ts";

/** When a schedule is due. */
export interface ScheduleOptions {
  /**
   * Minute, hour, day of the month, month, day of the week: `"0 9 * * MON-FRI"`. With a sixth field
   * in front: seconds.
   */
  cron: string;
  /** As the IANA names it, such as `Europe/Berlin`; UTC unless told. */
  timeZone?: string;
  /**
   * How late a missed run may be made up for. The instance's catch-up age unless told: an hour, where
   * neither the operator nor the manifest says another.
   */
  catchUpSeconds?: number;
}

/** What a schedule's handler gets: a time, and all rooms that the bot is in. It is good until the handler ends. */
export interface ScheduleContext extends RoomsContext {
  /** When the run was due; the handler may begin later. */
  readonly dueAt: Date;
}
