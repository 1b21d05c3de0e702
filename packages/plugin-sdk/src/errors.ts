/**
 * Something the person in the room should read: its message is sent as the answer. It is not a
 * failure of the plugin and is not recorded as one.
 *
 * @example
 * ```ts
 * import { definePlugin, Type, UserError } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("half", { description: "Halve a number", args: { n: Type.Integer() } }, (ctx) => {
 *       if (ctx.args.n % 2 !== 0) throw new UserError("Only even numbers, please.");
 *       return ctx.reply(String(ctx.args.n / 2));
 *     });
 *   },
 * });
 * ```
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code = "USER_ERROR";
}

/**
 * Ask for the same event again later: the only way a handler that threw is run once more.
 *
 * @param seconds until then, at least; `reason` stands in the log
 * @throws RangeError where the seconds are negative or no number
 * @example
 * ```ts
 * import { definePlugin, RetryLater } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("report", "Fetch the report", async (ctx) => {
 *       const result = await bot.programs.run("report", ["--today"]);
 *       if (result.exitCode !== 0) throw new RetryLater(60, "The report is not ready yet.");
 *       return ctx.reply(result.stdout);
 *     });
 *   },
 * });
 * ```
 */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly code = "RETRY_LATER";
  /** What the host reads: when to run the delivery again. */
  readonly data: { seconds: number };

  constructor(seconds: number, reason = "The handler asked to be run again later.", options?: ErrorOptions) {
    super(reason, options);
    if (!(seconds >= 0 && seconds < Infinity))
      throw new RangeError(`RetryLater takes a number of seconds, not ${seconds}.`);
    this.data = { seconds };
  }
}
