export { DATABASE_LIMITS } from "./limits.ts";
export { migrateDatabase, tooNew } from "./migrate.ts";
export { openPluginDatabase, type PluginDatabase } from "./plugin-database.ts";
