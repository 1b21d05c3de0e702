import { expect, test } from "vitest";
import { bundleOf, openPluginHost } from "../testing/plugin-host.ts";

const SETUP = `
  bot.command("ping", "Say pong", (ctx) => ctx.reply("pong"));
  bot.command("feed add", { description: "Follow", args: { url: Type.String() }, allow: "moderator" }, (ctx) =>
    ctx.reply("added " + ctx.args.url));
  bot.on("m.room.message", () => undefined);`;

test("two instances of an account answer !help once, also when the one that did is disabled", async () => {
  const host = await openPluginHost(["one", "two"], bundleOf("1.0.0", SETUP));
  const help = "!ping – Say pong\n!feed add <url…> – Follow";

  // Both answer what comes after it in the room, so that a second help would stand before that.
  expect(await host.ask("!help", 1)).toEqual([help]);
  expect((await host.ask("!ping", 3)).slice(1)).toEqual(["pong", "pong"]);
  expect((await host.ask("!help feed", 4))[3]).toBe("!feed add <url…> – Follow");
  host.store.instances.setEnabled("one", false);
  await host.supervisor.reconcile("one");
  expect((await host.ask("!help", 5))[4]).toBe(help);
  expect((await host.ask("!ping", 6)).slice(5)).toEqual(["pong"]);
  expect(host.warnings).toEqual([]);
});

test("who may use a command is what the homeserver says of the sender, as it is now", async () => {
  const { ask, ada, bot, roomId, warnings } = await openPluginHost(["one"], bundleOf("1.0.0", SETUP));
  expect(await ask("!feed add a", 1)).toEqual(["added a"]);
  const levels = (await ada.client.getRoomStateEvent(roomId, "m.room.power_levels", "")) as { users: object };
  const users = { ...levels.users, [ada.userId]: 0, [bot.userId]: 100 };
  await ada.client.sendStateEvent(roomId, "m.room.power_levels", "", { ...levels, users });
  expect((await ask("!feed add a", 2))[1]).toBe("Only this room's moderators may use !feed add.");
  expect(warnings).toEqual([]);
});
