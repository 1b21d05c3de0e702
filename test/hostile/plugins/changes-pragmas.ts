import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Those that say where files lie, what is checked, and how large it may grow. */
export default plugin({
  go: `
    const tries = ["PRAGMA temp_store_directory = '" + WORLD.folder + "'", "PRAGMA max_page_count = 1000000000", "PRAGMA writable_schema = 1", "PRAGMA journal_mode = OFF", "PRAGMA trusted_schema = 1", "PRAGMA data_store_directory='/'", "SELECT * FROM pragma_database_list", "PRAGMA database_list", "UPDATE sqlite_schema SET sql = 'x'"];
    return tries.filter((sql) => { try { return bot.database.all(sql).length >= 0; } catch { return false; } });`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
