import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A copy of the database wherever it likes. */
export default plugin({
  go: `
    bot.database.run("CREATE TABLE a (b)");
    const tries = ["VACUUM INTO '" + WORLD.folder + "/copy.db'", "VACUUM", "VACUUM main INTO '" + WORLD.folder + "/c'"];
    return tries.filter((sql) => { try { bot.database.run(sql); return true; } catch { return false; } });`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
