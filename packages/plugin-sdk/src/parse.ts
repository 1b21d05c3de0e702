import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";

/**
 * Checks what came from outside against a schema and gives it its type. Properties that the schema
 * does not name are left in.
 *
 * @throws TypeError that says where it does not fit and why
 * @example
 * ```ts
 * import { definePlugin, parse, Type } from "@rookery/plugin-sdk";
 *
 * const Weather = Type.Object({ city: Type.String(), celsius: Type.Number() });
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("weather", "The weather here", async (ctx) => {
 *       const answer = await fetch("https://weather.example.org/now");
 *       const { city, celsius } = parse(Weather, await answer.json());
 *       return ctx.reply(`${celsius} °C in ${city}`);
 *     });
 *   },
 * });
 * ```
 */
export function parse<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const [error] = Value.Errors(schema, value);
  throw new TypeError(`The data does not fit: ${error?.instancePath || "it"} ${error?.message}.`);
}
