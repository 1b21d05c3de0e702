import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({
    greeting: Type.String({ default: "Hello", title: "Greeting", description: "The word before the name." }),
  }),

  setup(bot) {
    bot.command("hello", "Greet the sender", (ctx) =>
      ctx.reply(`${bot.config.greeting}, ${ctx.sender.displayName}!`),
    );
  },
});
