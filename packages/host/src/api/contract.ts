/**
 * The shapes of `/api/v1`: what a request may hold and what an answer holds.
 * Times are ISO 8601 in UTC, sizes are bytes, durations carry their unit in the name.
 */
export * from "./contract/accounts.ts";
export * from "./contract/audit-log.ts";
export * from "./contract/backups.ts";
export * from "./contract/events.ts";
export * from "./contract/health.ts";
export * from "./contract/history.ts";
export * from "./contract/instances.ts";
export * from "./contract/playground.ts";
export * from "./contract/plugins.ts";
export * from "./contract/problem.ts";
export * from "./contract/session.ts";
export * from "./contract/users.ts";
