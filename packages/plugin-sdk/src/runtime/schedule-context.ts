import type { MatrixEvent } from "../event.ts";
import type { Delivery } from "../protocol/index.ts";
import type { ScheduleContext } from "../schedule.ts";
import type { HostLink } from "./host-link.ts";
import { createRoomsContext } from "./rooms-context.ts";

/** Makes the `ctx` of one run of a schedule. */
export function createScheduleContext(
  delivery: Delivery,
  host: HostLink,
  signal: () => AbortSignal,
): ScheduleContext {
  const { origin_server_ts } = JSON.parse(delivery.event) as MatrixEvent;
  return Object.assign(createRoomsContext(delivery, host, signal), { dueAt: new Date(origin_server_ts) });
}
