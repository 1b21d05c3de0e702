import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The host's own, a sibling's, a new file, and all of them under another name. */
export default plugin({
  go: `
    const tries = ["ATTACH '" + WORLD.secretFile + "' AS s", "ATTACH DATABASE '../../rookery.db' AS r", "attach '" + WORLD.folder + "/new.db' as n", "/* */ ATTACH ':memory:' AS m", "DETACH main", "ATTACH 'file:" + WORLD.folder + "/x?mode=rwc' AS u"];
    return tries.filter((sql) => { try { bot.database.run(sql); return true; } catch { return false; } });`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
