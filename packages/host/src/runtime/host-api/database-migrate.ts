import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Brings the instance's database to the plugin's newest migration, before its `setup`. */
export const databaseMigrate = defineMethod({
  name: "database.migrate",
  params: Type.Object({
    migrations: Type.Array(Type.String({ maxLength: 100_000 }), { minItems: 1, maxItems: 1_000 }),
  }),
  async run({ database }, { migrations }) {
    await database.migrate(migrations);
    return null;
  },
});
