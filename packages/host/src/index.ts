export { type Assets, findAssets } from "./assets.ts";
export { collectWhenQuiet } from "./collect-when-quiet.ts";
export type { Config } from "./config/config.ts";
export { loadConfig, loadConfiguration } from "./config/load.ts";
export { AppError } from "./errors.ts";
export { createLog, type Log } from "./log.ts";
export { type Host, type HostOptions, type HostServices, startHost } from "./main.ts";
export { findServiceManager } from "./service-manager.ts";
export { VERSION } from "./version.ts";
