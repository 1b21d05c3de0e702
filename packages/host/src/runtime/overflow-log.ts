import type { InboxBoundOptions } from "../store/inbox-bound.ts";
import type { InstanceLogs } from "./instance-log.ts";

/** Says in an instance's log when its inbox is full, and when there is room again: once each, not for each event. */
export function overflowLog(logs: InstanceLogs): Pick<InboxBoundOptions, "onFull" | "onRoom"> {
  return {
    onFull(instanceId, entries) {
      const message =
        `Its inbox is full: ${entries.toLocaleString("en")} events wait for it. Those that come now are refused, and ` +
        "get no answer, until it has worked some off. Find out why it does not keep up, or raise limits.inboxEntries.";
      logs.add(instanceId, { level: "error", message });
    },
    onRoom(instanceId, refused) {
      const message = `There is room in its inbox again. ${refused.toLocaleString("en")} events were refused, and get no answer.`;
      logs.add(instanceId, { level: "warn", message });
    },
  };
}
