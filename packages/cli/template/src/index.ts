import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  // What an operator can set; the page makes a form of it.
  config: Type.Object({
    greeting: Type.String({ default: "Hello", title: "Greeting", description: "The word before the name." }),
  }),

  // Runs when an instance starts, and says what the bot reacts to.
  setup(bot) {
    const args = { name: Type.Optional(Type.String()) };

    bot.command("hello", { description: "Greet somebody", args }, (ctx) =>
      ctx.reply(`${bot.config.greeting}, ${ctx.args.name ?? ctx.sender.displayName}!`),
    );
  },
});
