import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** And the memory of its process. */
export default plugin({
  go: `
    bot.database.run("CREATE TABLE a (b)");
    const failed = [];
    for (const sql of ["INSERT INTO a VALUES (zeroblob(1000000000))", "SELECT printf('%.*c', 1000000000, 'x')", "SELECT randomblob(500000000)", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 10000000) SELECT x FROM n", "SELECT replace(hex(zeroblob(2000000)), '0', hex(zeroblob(2000)))"])
      try { bot.database.all(sql); } catch (error) { failed.push(error.code); }
    return failed.join();`,
  expect: ({ answer }) => expect(answer).toBe(`got ${Array(5).fill("DATABASE").join()}`),
});
