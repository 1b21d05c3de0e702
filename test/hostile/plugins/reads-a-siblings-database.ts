import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** In the same process, in another file. */
export default plugin({
  setup: `if (bot.config.name === "sibling") { bot.database.run("CREATE TABLE mine (secret)"); bot.database.run("INSERT INTO mine VALUES (?)", bot.config.secret); }`,
  go: `
    const tries = ["SELECT * FROM mine", "SELECT * FROM main.mine", "SELECT sql FROM sqlite_schema", "SELECT * FROM temp.mine"];
    return tries.flatMap((sql) => { try { return bot.database.all(sql); } catch { return []; } });`,
  check: `return bot.database.all("SELECT count(*) AS n FROM mine")[0].n;`,
  expect({ answer, checked }) {
    expect(answer).toBe("got []");
    expect(checked).toBe("got 1");
  },
});
