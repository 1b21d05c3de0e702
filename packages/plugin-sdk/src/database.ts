import type { RunResult, SqlRow, SqlValue } from "./protocol/database.ts";

/**
 * The instance's own SQLite database. Its tables come from the plugin's `migrations`. Calls are
 * synchronous; each takes one statement, with its values as parameters.
 *
 * What SQLite refuses is a `HostError` with the code `DATABASE`, SQLite's message, and its extended
 * result code in `data.sqlite` (2067: a `UNIQUE` constraint). A statement has 2 seconds.
 *
 * @example
 * ```ts
 * import { definePlugin, Type } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   migrations: ["CREATE TABLE quote (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"],
 *
 *   setup(bot) {
 *     bot.command("remember", { description: "Remember it", args: { text: Type.String() } }, (ctx) => {
 *       bot.database.run("INSERT INTO quote (text) VALUES (?) ON CONFLICT DO NOTHING", ctx.args.text);
 *       return ctx.react("👍");
 *     });
 *     bot.command("quote", "Say one of them", (ctx) => {
 *       const quote = bot.database.get<{ text: string }>("SELECT text FROM quote ORDER BY random() LIMIT 1");
 *       return ctx.reply(quote?.text ?? "There is none yet.");
 *     });
 *   },
 * });
 * ```
 */
export interface Database {
  /** Runs a statement that changes something. */
  run(sql: string, ...params: SqlValue[]): RunResult;
  run(sql: string, params: Record<string, SqlValue>): RunResult;
  /** The first row, or `undefined`. */
  get<T = SqlRow>(sql: string, ...params: SqlValue[]): T | undefined;
  get<T = SqlRow>(sql: string, params: Record<string, SqlValue>): T | undefined;
  /** All rows: at most 50,000, and 16 MiB. */
  all<T = SqlRow>(sql: string, ...params: SqlValue[]): T[];
  all<T = SqlRow>(sql: string, params: Record<string, SqlValue>): T[];
  /**
   * All that `work` does, or nothing of it where it throws. `work` is synchronous, so nothing else of
   * the bot runs in between. A transaction within another can be undone alone.
   *
   * @example
   * ```ts
   * import { definePlugin, Type, UserError } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   migrations: ["CREATE TABLE purse (user TEXT PRIMARY KEY, coins INTEGER NOT NULL CHECK (coins >= 0)) STRICT"],
   *
   *   setup(bot) {
   *     const add = (user: string, coins: number) =>
   *       bot.database.run(
   *         "INSERT INTO purse VALUES (:user, 10 + :coins) ON CONFLICT DO UPDATE SET coins = coins + :coins",
   *         { user, coins },
   *       );
   *     bot.command("give", { description: "Give coins", args: { to: Type.String(), coins: Type.Integer() } }, (ctx) => {
   *       if (ctx.args.coins < 1) throw new UserError("At least one coin, please.");
   *       bot.database.transaction(() => {
   *         add(ctx.sender.userId, -ctx.args.coins);
   *         add(ctx.args.to, ctx.args.coins);
   *       });
   *       return ctx.react("🪙");
   *     });
   *   },
   * });
   * ```
   */
  transaction<T>(work: () => T): T;
}
