import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({
    command: Type.String({ default: "hello-world", title: "Command", description: "Without the prefix." }),
    whitelist: Type.Array(Type.String(), { default: ["@user:example.com"], title: "Whitelist" }),
  }),
  setup({ command, config }) {
    command(config.command, "Are you on the list?", (ctx) => {
      if (config.whitelist.includes(ctx.sender.userId)) return ctx.reply("You're whitelisted 🎉");
    });
  },
});
