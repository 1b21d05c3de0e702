import { definePlugin } from "@rookery/plugin-sdk";
import { parse, parseDocument, stringify } from "yaml";

export default definePlugin({
  setup(bot) {
    const document = parseDocument("# A comment\nname: rook # here\nbirds: [1, 2]\n");
    document.setIn(["birds", 2], 3);
    const { errors } = parseDocument("a: [1");
    bot.log.info(
      JSON.stringify({
        parsed: parse("base: &b { x: 1 }\nother: { <<: *b, y: 0x10 }\nat: 2024-03-05\n", { merge: true }),
        binary: Array.from(parse("!!binary aGk=", { schema: "yaml-1.1" }) as Uint8Array),
        edited: String(document),
        text: stringify({ list: ["a", "b: c"], long: "two\nlines" }),
        error: errors[0]?.message.split("\n")[0],
      }),
    );
  },
});
