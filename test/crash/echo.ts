import { bundleOf } from "../hostile/plugins.ts";

/** Answers `!echo TEXT` with the text; `!die` takes the worker of all its instances along. */
export const echoBundle = (): Promise<Buffer> =>
  bundleOf(
    "crash-echo",
    `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("echo", { description: "Say it back", args: { text: Type.String() } }, (ctx) =>
      ctx.reply(ctx.args.text));
    bot.command("die", "Outgrow the heap", () => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(10_000).fill(hoard.length));
    });
  },
});`,
  );
