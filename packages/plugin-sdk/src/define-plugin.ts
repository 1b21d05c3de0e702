import type { Static, TObject, TProperties } from "typebox";
import type { Bot } from "./bot.ts";

/** What an author hands to {@link definePlugin}. */
export interface PluginDefinition<Config extends TObject> {
  /** The shape of an instance's config. Operators get a form from it; `setup` gets the checked values. */
  config?: Config;
  /**
   * SQL that makes and changes the tables of `bot.database`, in order: what an instance has not had
   * yet runs before `setup`, all of it or nothing. Append to it; what was released never changes.
   */
  migrations?: readonly string[];
  /** Runs once when an instance starts. Say here what the bot reacts to. */
  setup: (bot: Bot<Static<Config>>) => unknown;
}

/** A plugin, ready to be loaded: the default export of its entry file. */
export interface Plugin<Config extends TObject = TObject> extends PluginDefinition<Config> {
  readonly isRookeryPlugin: true;
}

/**
 * Defines a plugin.
 *
 * @example
 * ```ts
 * import { definePlugin, Type } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   config: Type.Object({ greeting: Type.String({ default: "Hello" }) }),
 *
 *   setup(bot) {
 *     bot.command("hello", "Greet the sender", (ctx) =>
 *       ctx.reply(`${bot.config.greeting}, ${ctx.sender.displayName}!`));
 *   },
 * });
 * ```
 */
export function definePlugin<Properties extends TProperties = Record<never, never>>(
  definition: PluginDefinition<TObject<Properties>>,
): Plugin<TObject<Properties>> {
  return { ...definition, isRookeryPlugin: true };
}
