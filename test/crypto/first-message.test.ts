import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../../packages/host/src/testing/eventually.ts";
import { bundleOf, openPluginHost } from "../../packages/host/src/testing/plugin-host.ts";
import { startEncryptedPerson } from "./encrypted-person.ts";

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "log", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

const ECHO = bundleOf(
  "1.0.0",
  `bot.command("echo", { description: "Say it back", args: { text: Type.String() } }, (ctx) => ctx.reply(ctx.args.text));`,
);

test("the first thing that is said in a room that turned encrypted is answered, by an account that never saw one", async () => {
  const { running, store, bot, ada, homeserver } = await openPluginHost(["one"], ECHO, { publishAfterMs: 0 });
  const account = store.accounts.get("account");
  if (!account) throw new Error("There is no account.");
  const keys = () =>
    ada.client.doRequest("POST", "/_matrix/client/v3/keys/query", null, {
      device_keys: { [bot.userId]: [] },
    }) as Promise<{ device_keys: Record<string, Record<string, object>> }>;
  await eventually("the bot's keys", async () => (await keys()).device_keys[bot.userId]?.[bot.deviceId]);
  const person = await startEncryptedPerson(homeserver.url, ada);
  onTestFinished(() => person[Symbol.asyncDispose]());
  const roomId = await person.roomWith(bot.userId);

  // It is away, so that it can tell nobody its keys when the room turns.
  await running.stop("account");
  const setting = { algorithm: "m.megolm.v1.aes-sha2" };
  await person.client.sendStateEvent(roomId, "m.room.encryption" as never, setting as never);
  await eventually("the person to encrypt", () =>
    person.client.getCrypto()?.isEncryptionEnabledInRoom(roomId),
  );
  await person.client.sendTextMessage(roomId, "!echo the first");
  running.start(account);
  expect(running.encryption("account")?.state.status).toBe("unused");
  expect((await person.hears(roomId, "the first")).getWireType()).toBe("m.room.encrypted");
  expect(running.encryption("account")?.state.status).toBe("on");
});
