export type * from "./database.ts";
export * from "./delivery.ts";
export * from "./errors.ts";
export * from "./follow-up.ts";
export type * from "./host-api.ts";
export type * from "./json.ts";
export * from "./match.ts";
export type * from "./plugin-api.ts";
export * from "./rpc.ts";
