export { copyDatabase } from "./copy-database.ts";
export { DATABASE_LIMITS } from "./limits.ts";
export { migrateDatabase, tooNew } from "./migrate.ts";
export {
  askDatabase,
  type DatabaseTables,
  listTables,
  type OperatorQuestion,
  type OperatorRows,
} from "./operator-database.ts";
export { openPluginDatabase, type PluginDatabase } from "./plugin-database.ts";
