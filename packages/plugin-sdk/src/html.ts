/**
 * Makes a text fit for HTML, between tags or inside an attribute's quotes. Everything that comes
 * from a person goes through it before it is part of `{ text, html }`.
 *
 * @example
 * ```ts
 * import { definePlugin, escapeHtml, Type } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("shout", { description: "Say it in bold", args: { words: Type.String() } }, (ctx) =>
 *       ctx.reply({ text: ctx.args.words, html: `<strong>${escapeHtml(ctx.args.words)}</strong>` }));
 *   },
 * });
 * ```
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
