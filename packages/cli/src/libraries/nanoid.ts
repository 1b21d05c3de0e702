import { definePlugin } from "@rookery/plugin-sdk";
import { customAlphabet, nanoid } from "nanoid";

export default definePlugin({
  setup(bot) {
    const ids = Array.from({ length: 1000 }, () => nanoid());
    const digits = customAlphabet("0123456789", 6)();
    bot.log.info(
      JSON.stringify({
        different: new Set(ids).size,
        wellFormed: ids.every((id) => /^[\w-]{21}$/.test(id)) && /^\d{6}$/.test(digits),
      }),
    );
  },
});
