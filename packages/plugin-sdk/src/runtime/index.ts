export type { HostLink } from "./host-link.ts";
export { type RunningInstance, startInstance } from "./instance.ts";
export { createLog, show } from "./log.ts";
