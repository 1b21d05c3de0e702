import { definePlugin } from "@rookery/plugin-sdk";
import { Marked } from "marked";

export default definePlugin({
  async setup(bot) {
    const marked = new Marked({ gfm: true });
    marked.use({ renderer: { strong: ({ text }) => `<b>${text}</b>` } });
    bot.log.info(
      JSON.stringify({
        html: await marked.parse("# Hi\n\n**bold** <!-- x --> `code`\n\n- [x] done\n\n|a|b|\n|-|-|\n|1|2|"),
        tokens: marked.lexer("a\n\n> b").map(({ type }) => type),
      }),
    );
  },
});
