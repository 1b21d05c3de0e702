import type { Instance, InstanceStatus } from "@rookery/host/api";
import type { InstanceAction } from "../../api/instances.ts";

/** What one can do with an instance as it is now; each action keeps its place. */
export function actionsFor({ enabled, status }: Pick<Instance, "enabled" | "status">): InstanceAction[] {
  if (!enabled || status === "stopped") return ["start"];
  const order: Record<InstanceStatus, InstanceAction[]> = {
    running: ["stop", "restart"],
    starting: ["stop", "restart"],
    stopping: ["start"],
    stopped: ["start"],
    crashed: ["stop", "restart"],
    blocked: ["stop", "restart"],
  };
  return order[status];
}
