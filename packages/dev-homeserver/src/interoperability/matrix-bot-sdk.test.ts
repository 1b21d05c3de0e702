import {
  AutojoinRoomsMixin,
  LogLevel,
  LogService,
  MatrixAuth,
  MatrixClient,
  MatrixError,
  MemoryStorageProvider,
  setRequestFn,
} from "matrix-bot-sdk";
import { expect, onTestFinished, test } from "vitest";
import { startTestHomeserver } from "../testing/homeserver.ts";
import { requestByHttp } from "./bot-sdk-request.ts";

setRequestFn(requestByHttp);
LogService.setLevel(LogLevel.WARN);
// It logs every answer that is an error, though the caller gets it too.
LogService.muteModule("MatrixHttpClient");

async function clients() {
  const { url } = await startTestHomeserver();
  const auth = new MatrixAuth(url);
  const alice = await auth.passwordRegister("alice", "secret");
  const login = await auth.passwordRegister("bot", "secret").then(() => auth.passwordLogin("bot", "secret"));
  const bot = new MatrixClient(url, login.accessToken, new MemoryStorageProvider());
  AutojoinRoomsMixin.setupOnClient(bot);
  onTestFinished(() => bot.stop());
  return { alice, bot };
}

test("matrix-bot-sdk registers, logs in, joins on invite, hears a message and answers", async () => {
  const { alice, bot } = await clients();
  await bot.start();
  bot.on("room.message", async (roomId: string, event: { sender: string; content: { body: string } }) => {
    if (event.sender !== (await bot.getUserId())) await bot.replyText(roomId, event, `echo`);
  });
  const joined = new Promise((resolve) => bot.once("room.join", resolve));
  const roomId = await alice.createRoom({ invite: ["@bot:dev.localhost"], preset: "trusted_private_chat" });
  await joined;
  expect(await alice.getJoinedRoomMembers(roomId)).toContain("@bot:dev.localhost");

  const answered = new Promise<{ content: { body: string } }>((resolve) => {
    bot.on("room.event", (_room: string, event: { type: string; sender: string }) => {
      if (event.type === "m.room.message" && event.sender.startsWith("@bot")) resolve(event as never);
    });
  });
  const said = await alice.sendText(roomId, "hello");
  const answer = await answered;
  expect(answer.content).toMatchObject({ "m.relates_to": { "m.in_reply_to": { event_id: said } } });
});

test("matrix-bot-sdk sends, edits, reacts, redacts, reads state and history, moderates", async () => {
  const { alice, bot } = await clients();
  const roomId = await alice.createRoom({ preset: "public_chat", name: "Tea" });
  await bot.joinRoom(roomId);
  const message = await bot.sendNotice(roomId, "teh");
  await bot.sendEvent(roomId, "m.room.message", {
    msgtype: "m.text",
    body: "* the",
    "m.new_content": { msgtype: "m.text", body: "the" },
    "m.relates_to": { rel_type: "m.replace", event_id: message },
  });
  const reaction = await alice.unstableApis.addReactionToEvent(roomId, message, "👍");
  expect((await bot.getRelationsForEvent(roomId, message)).chunk).toHaveLength(2);
  await alice.redactEvent(roomId, reaction, "changed my mind");
  expect((await bot.getRelationsForEvent(roomId, message, "m.annotation")).chunk).toEqual([]);
  expect(await bot.getRoomStateEvent(roomId, "m.room.name", "")).toEqual({ name: "Tea" });
  expect((await bot.getEventContext(roomId, message, 4)).event.content).toMatchObject({ body: "teh" });
  expect(await bot.userHasPowerLevelFor("@bot:dev.localhost", roomId, "m.room.name", true)).toBe(false);
  await alice.kickUser("@bot:dev.localhost", roomId);
  await expect(bot.sendText(roomId, "still here?")).rejects.toThrow(MatrixError);
});

test("matrix-bot-sdk uploads and downloads media, and keeps profile, aliases and account data", async () => {
  const { alice, bot } = await clients();
  const uri = await bot.uploadContent(Buffer.from("bytes"), "text/plain", "bytes.txt");
  const { data, contentType } = await bot.downloadContent(uri);
  expect([data.toString(), contentType]).toEqual(["bytes", "text/plain"]);
  await bot.setDisplayName("Bot");
  expect(await alice.getUserProfile("@bot:dev.localhost")).toMatchObject({ displayname: "Bot" });
  const roomId = await alice.createRoom({ preset: "public_chat", room_alias_name: "tea" });
  expect(await bot.joinRoom("#tea:dev.localhost")).toBe(roomId);
  await bot.setAccountData("org.example.settings", { loud: true });
  expect(await bot.getAccountData("org.example.settings")).toEqual({ loud: true });
  await bot.setTyping(roomId, true);
  await bot.sendReadReceipt(roomId, await alice.sendText(roomId, "read me"));
});
