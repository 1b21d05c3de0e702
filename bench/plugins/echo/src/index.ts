import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("echo", { description: "Say it again", args: { text: Type.String() } }, (ctx) =>
      ctx.reply(ctx.args.text),
    );
  },
});
