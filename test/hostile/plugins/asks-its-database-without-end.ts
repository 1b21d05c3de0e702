import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A recursive query, whose process is killed. */
export default plugin({
  go: `return bot.database.all("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: The database took longer than 2 s/),
});
