import { startAccountHost } from "./account-host.ts";
import type { startTestHost, TestHost } from "./host.ts";

/** A host with an instance `bot`, in a room with Ada, who said something there before the host knew its account. */
export async function startRoomHost(
  setup: string,
  options: Pick<NonNullable<Parameters<typeof startTestHost>[0]>, "settings" | "development"> = {},
) {
  let roomId = "";
  const started = await startAccountHost(setup, {
    ...options,
    async before(ada, bot) {
      roomId = await ada.room([bot]);
      await ada.say(roomId, "say: before the account was added");
    },
  });
  const { ada, bot, id: accountId, homeserver, http } = started;
  const host: TestHost = started;
  return {
    ...{ host, homeserver, http, ada, bot, roomId, accountId },
    /** All that the bot has said there. */
    said: async () =>
      (await ada.messages(roomId)).flatMap(({ sender, body }) => (sender === bot.userId ? [body] : [])),
  };
}
