import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** And the functions that reach files. */
export default plugin({
  go: `
    const tries = ["SELECT load_extension('" + WORLD.folder + "/x')", "SELECT readfile('" + WORLD.secretFile + "')", "SELECT writefile('" + WORLD.folder + "/x', 'y')", "SELECT fts3_tokenizer('a', x'00')", "CREATE VIRTUAL TABLE v USING csv(filename='" + WORLD.secretFile + "')", "SELECT edit('x')", "CREATE VIRTUAL TABLE z USING zipfile('x')", "SELECT * FROM fsdir('/')"];
    return tries.filter((sql) => { try { bot.database.all(sql); return true; } catch { return false; } });`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
