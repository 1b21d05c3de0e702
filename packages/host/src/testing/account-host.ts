import { writeBundle } from "../bundle/index.ts";
import { eventually } from "./eventually.ts";
import { createTestHttp, register, startTestHomeserver, type TestUser } from "./homeserver.ts";
import { startTestHost } from "./host.ts";
import { pluginCode } from "./worker.ts";

/** Of which the instance `bot` is. */
export const BOT_PLUGIN = "org.example.bot";

/**
 * A host with one account, `@bot:test`, and Ada beside it on its homeserver.
 *
 * @param setup the body of a plugin's `setup`, of which an instance `bot` runs
 * @param before done before the host knows the account
 */
export async function startAccountHost(
  setup = "",
  {
    before,
    ...options
  }: Parameters<typeof startTestHost>[0] & { before?: (ada: TestUser, bot: TestUser) => Promise<void> } = {},
) {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  await before?.(ada, bot);
  const operator = await startTestHost(options);
  await operator.signIn();
  const { call } = operator;
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { id } = (await call("POST", "/accounts", { body: login })).body as { id: string };
  if (setup !== "") {
    const bytes = await writeBundle({
      manifest: {
        ...{ id: BOT_PLUGIN, version: "1.0.0", name: "Bot", description: "Bot", license: "MIT" },
        ...{ rookery: "*", main: "plugin.js" },
      },
      code: pluginCode(setup),
    });
    await call("POST", "/plugins", { type: "application/octet-stream", bytes });
    const body = { id: "bot", pluginId: BOT_PLUGIN, accountId: id };
    await call("POST", "/instances", { body });
  }
  const account = `/accounts/${id}`;

  return {
    ...{ ...operator, homeserver, http, ada, bot, id, account },
    change: (body: object) => call("PATCH", account, { body }),
    /** Until Ada sees a message of the bot's. */
    answered: (roomId: string, body: string) =>
      eventually(`"${body}" of the bot`, async () =>
        (await ada.messages(roomId)).some(
          (message) => message.sender === bot.userId && message.body === body,
        ),
      ),
    /** A room to which the bot is invited. */
    invite: (by = ada) => by.client.createRoom({ invite: [bot.userId] }),
    joined: (roomId: string) =>
      eventually(`the bot in ${roomId}`, async () => (await bot.client.getJoinedRooms()).includes(roomId)),
  };
}
