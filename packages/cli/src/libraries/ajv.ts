import { definePlugin } from "@rookery/plugin-sdk";
import { Ajv } from "ajv";

export default definePlugin({
  setup(bot) {
    const ajv = new Ajv({ allErrors: true, useDefaults: true });
    // Compiled by `new Function`, which in a compartment is the compartment's own.
    const validate = ajv.compile({
      type: "object",
      required: ["city"],
      properties: {
        city: { type: "string", minLength: 2, pattern: "^[A-Z]" },
        celsius: { type: "number", default: 20 },
        days: { type: "array", items: { $ref: "#/definitions/day" }, uniqueItems: true },
      },
      definitions: { day: { enum: ["mon", "tue"] } },
    });
    const good = { city: "Wien", days: ["mon"] };
    bot.log.info(
      JSON.stringify({
        good: validate(good) && good,
        bad: validate({ city: "x", days: ["mon", "mon", "sun"] }),
        errors: ajv.errorsText(validate.errors),
        reach: new Function("return typeof process + typeof require")(),
      }),
    );
  },
});
