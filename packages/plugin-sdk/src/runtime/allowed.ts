import type { Allow } from "../command-options.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";

const LEVELS = { moderator: 50, admin: 100 };

/**
 * Lets a command's handler run, or not.
 *
 * @param shown the command as it is typed
 * @throws UserError that tells the sender who may use it
 */
export async function checkAllowed(ctx: Context, allow: Allow | undefined, shown: string): Promise<void> {
  if (allow === undefined) return;
  if (typeof allow === "function") {
    if (await allow(ctx)) return;
    throw new UserError(`You may not use ${shown} here.`);
  }
  const needed = typeof allow === "number" ? allow : LEVELS[allow];
  const { powerLevel } = await ctx.sender.power();
  if (powerLevel >= needed) return;
  const who = typeof allow === "number" ? `people with the power level ${allow}` : `this room's ${allow}s`;
  throw new UserError(`Only ${who} may use ${shown}.`);
}

/** @throws Error where it is none of what an author may say */
export function checkAllow(name: string, allow: unknown): void {
  if (allow === undefined || typeof allow === "function" || Number.isSafeInteger(allow)) return;
  if (typeof allow === "string" && Object.hasOwn(LEVELS, allow)) return;
  throw new Error(`"allow" of the command "${name}" is "moderator", "admin", a power level or a function.`);
}
