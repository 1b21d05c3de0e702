import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import { bundleOf } from "../hostile/plugins.ts";
import { createPerson } from "../matrix/person.ts";
import { startRookery } from "../rookery/rookery.ts";

/** A plugin with these webhooks; `roomId` is in its config. */
export const hooksBundle = (webhooks: string): Promise<Buffer> =>
  bundleOf(
    "hooks",
    `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({ roomId: Type.String() }),
  setup(bot) {
    const { roomId } = bot.config;
    ${webhooks}
  },
});`,
    { webhooks: true },
  );

/** A real host with an instance \`hooks\`, whose bot is in a room with Ada. */
export async function startHooks(
  webhooks: string,
  env: Record<string, string> = { ROOKERY_WEBHOOKS_PORT: "0" },
) {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "rookery-webhooks-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const homeserver = await startDevHomeserver({ dataDir: folder });
  stack.defer(() => homeserver.close());
  const ada = await createPerson(homeserver.url, await register("ada"));
  const bot = await register("bot");
  const roomId = await ada.createRoom([bot.userId]);
  const host = stack.use(await startRookery({ env }));
  const account = await host.addAccount({
    ...{ homeserverUrl: homeserver.url, username: "bot", password: "the password of bot" },
  });
  await ada.joined(roomId, bot.userId);
  const { id: pluginId } = await host.addPlugin(await hooksBundle(webhooks));
  await host.addInstance({ id: "hooks", pluginId, accountId: account.id, config: { roomId } });
  const everything = stack.move();

  return {
    ...{ host, ada, roomId, botId: bot.userId },
    /** Where a webhook is now: the port is another one after each start. */
    async url(path: string): Promise<string> {
      const found = (await host.instance("hooks")).webhooks.find((webhook) => webhook.path === path);
      if (!found?.url) throw new Error(`There is no webhook ${path}.`);
      return found.url;
    },
    /** What the bot has said, when it is that much. */
    async said(count: number): Promise<string[]> {
      const bodies = (events: { sender: string; type: string; content: { body: string } }[]) =>
        events.flatMap(({ sender, type, content }) =>
          sender === bot.userId && type === "m.room.message" ? [content.body] : [],
        );
      return bodies(await ada.until(roomId, (events) => bodies(events).length >= count));
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };

  async function register(username: string): Promise<{ userId: string; accessToken: string }> {
    const answer = await fetch(`${homeserver.url}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({
        username,
        password: `the password of ${username}`,
        auth: { type: "m.login.dummy" },
      }),
    });
    const login = (await answer.json()) as { user_id: string; access_token: string };
    return { userId: login.user_id, accessToken: login.access_token };
  }
}
