import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({ command: Type.String({ default: "echo" }) }),

  setup(bot) {
    bot.command(bot.config.command, { description: "Say it again", args: { text: Type.String() } }, (ctx) =>
      ctx.reply(ctx.args.text),
    );
  },
});
