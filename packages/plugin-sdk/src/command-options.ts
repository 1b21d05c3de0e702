import type { ArgSchemas } from "./command-args.ts";
import type { Context } from "./context.ts";

/**
 * Who may use a command: people of a power level (`"moderator"` is 50, `"admin"` 100, as clients show
 * them), or whom a function lets.
 */
export type Allow = "moderator" | "admin" | number | ((ctx: Context) => boolean | Promise<boolean>);

export interface CommandOptions<A extends ArgSchemas> {
  description: string;
  args?: A;
  /** Other names: whole ones, also of a sub-command. */
  aliases?: string[];
  /** Everybody unless told. Others are told that they may not, and the handler does not run. */
  allow?: Allow;
  /** Left out of the list that `!help` shows. */
  hidden?: boolean;
}
