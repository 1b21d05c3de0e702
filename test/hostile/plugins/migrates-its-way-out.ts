import { plugin } from "../attempt.ts";

/** Migrations run before setup; they may no more than other statements. */
export default plugin({
  migrations: ["CREATE TABLE a (b)", "ATTACH '/tmp/x.db' AS x; CREATE TABLE x.y (z)"],
  doesNotStart: /Migration 2 failed/,
});
