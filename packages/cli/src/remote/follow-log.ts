import { setTimeout as delay } from "node:timers/promises";
import type { LogEvent, LogLine } from "@rookery/host/api";
import type { Api } from "./api.ts";
import { ApiError } from "./api.ts";

const AGAIN_MS = 1_000;

/**
 * The lines of an instance's log: those that are there, and then what comes. It goes on after a restart of the host.
 *
 * @param onLost called once each time when the host is gone, with the reason
 * @throws ApiError where the host does not, or no longer, let see it
 */
export async function* followLog(
  host: Api,
  instance: string,
  onLost: (reason: string) => void,
): AsyncIterable<LogLine> {
  const path = `/instances/${encodeURIComponent(instance)}/logs?limit=500`;
  let last = 0;
  let isLost = false;
  for (;;) {
    try {
      for await (const { event, data } of host.events(`/events?instance=${encodeURIComponent(instance)}`)) {
        isLost = false;
        // From "open" on nothing is missed; what came before is in the list.
        const found =
          event === "log"
            ? [data as LogEvent]
            : event === "open" || event === "reset"
              ? await host.get<LogLine[]>(path)
              : [];
        for (const line of found) {
          if (line.id <= last) continue;
          last = line.id;
          yield line;
        }
      }
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      if (!isLost) onLost((error as Error).message);
      isLost = true;
    }
    await delay(AGAIN_MS);
  }
}
