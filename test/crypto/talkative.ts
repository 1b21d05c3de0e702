import { bundleOf } from "../hostile/plugins.ts";

/** A bot that does all that a bot can do with what is said to it. */
export const talkativeBundle = (): Promise<Buffer> =>
  bundleOf(
    "talkative",
    `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("echo", { description: "Say it back", args: { text: Type.String() } }, (ctx) =>
      ctx.reply(ctx.args.text));
    bot.command("change", "Change its mind", async (ctx) => {
      const sent = await ctx.reply("before");
      await ctx.react("👍");
      await ctx.edit(sent, "after");
    });
    bot.on("m.room.message", async (ctx) => {
      const content: Record<string, any> = ctx.event.content;
      if (content["m.relates_to"]?.rel_type === "m.replace")
        return ctx.reply("You meant " + content["m.new_content"].body);
      if (content.msgtype !== "m.image") return;
      const picture = await bot.files.download(content);
      await ctx.sendFile(picture, { name: "again.jpg", caption: picture.width + " × " + picture.height });
      await picture.close();
    });
    bot.on("m.reaction", (ctx) => ctx.reply("You feel " + (ctx.event.content as any)["m.relates_to"].key));
  },
});`,
  );
