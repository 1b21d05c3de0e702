import { expect, test } from "vitest";
import { startAccountHost } from "../testing/account-host.ts";
import { eventually } from "../testing/eventually.ts";
import { register } from "../testing/homeserver.ts";

const PING = `bot.command("ping", "Answer", (ctx) => ctx.reply("pong " + ctx.event.event_id));`;
const path = (roomId: string) => encodeURIComponent(roomId);

test("an account's rooms are shown by name, with who is in them and whether they are encrypted", async () => {
  const { call, account, ada, bot, invite, joined } = await startAccountHost();
  const roomId = await ada.client.createRoom({
    ...{ name: "Lobby", invite: [bot.userId] },
    initial_state: [
      { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
    ],
  });
  const nameless = await invite();
  await joined(roomId);
  await joined(nameless);
  const { body } = await call("GET", `${account}/rooms`);
  expect(body).toHaveLength(2);
  expect(body).toContainEqual({ roomId, name: "Lobby", members: 2, encrypted: true });
  expect(body).toContainEqual({ roomId: nameless, name: "@ada:test", members: 2, encrypted: false });

  expect((await call("DELETE", `${account}/rooms/${path(nameless)}`)).status).toBe(204);
  expect((await call("GET", `${account}/rooms`)).body).toHaveLength(1);
  expect((await call("DELETE", `${account}/rooms/${path(nameless)}`)).body).toMatchObject({
    ...{ code: "NOT_FOUND", detail: `@bot:test is not in ${nameless}.` },
  });
  const log = await call("GET", "/audit-log?action=account.leave-room");
  expect(log.body).toMatchObject([{ target: account.slice("/accounts/".length), after: { room: nameless } }]);
});

test("what the policy does not take waits to be accepted or rejected", async () => {
  const { call, account, ada, change, invite, joined, bot } = await startAccountHost();
  expect((await call("GET", account)).body.autojoin).toEqual({ policy: "always", allow: [] });
  const changed = await change({ autojoin: { policy: "never" } });
  expect(changed.body).toMatchObject({ autojoin: { policy: "never", allow: [] } });
  const [first, second] = [await invite(), await invite()];
  const invites = async () => (await call("GET", `${account}/invites`)).body as { roomId: string }[];
  expect(await invites()).toContainEqual({
    ...{ roomId: first, name: null, inviter: "@ada:test", encrypted: false },
  });
  expect((await invites()).map(({ roomId }) => roomId).toSorted()).toEqual([first, second].toSorted());
  expect(await bot.client.getJoinedRooms()).toEqual([]);

  expect((await call("POST", `${account}/invites/${path(first)}/accept`)).status).toBe(204);
  await joined(first);
  expect((await call("DELETE", `${account}/invites/${path(second)}`)).status).toBe(204);
  expect(await invites()).toEqual([]);
  expect(await bot.client.getJoinedRooms()).toEqual([first]);
  // Neither is a way into a room, or out of one, to which nobody invites.
  const open = await ada.client.createRoom({ preset: "public_chat" });
  for (const roomId of [open, first]) {
    const answer = await call("POST", `${account}/invites/${path(roomId)}/accept`);
    expect(answer.body).toMatchObject({
      code: "NOT_FOUND",
      detail: `@bot:test is not invited to ${roomId}.`,
    });
    expect((await call("DELETE", `${account}/invites/${path(roomId)}`)).status).toBe(404);
  }
  expect(await bot.client.getJoinedRooms()).toEqual([first]);
});

test("an allow-list takes its own, and a wider policy takes what waited", async () => {
  const { call, account, change, invite, joined, homeserver, http, bot } = await startAccountHost();
  const grace = await register(homeserver, http, "grace");
  const allow = ["@gr*:test"];
  const { body: before } = await call("GET", account);
  expect((await change({ autojoin: { policy: "allow-list", allow } })).body).toMatchObject({
    autojoin: { policy: "allow-list", allow },
  });
  const waiting = await invite();
  const taken = await invite(grace);
  await joined(taken);
  expect(await bot.client.getJoinedRooms()).toEqual([taken]);
  await change({ autojoin: { policy: "allow-list", allow: ["test"] } });
  await joined(waiting);

  const headers = { "if-match": before.etag };
  const stale = await call("PATCH", account, { body: { enabled: false }, headers });
  expect(stale).toMatchObject({ status: 412, body: { code: "CHANGED_MEANWHILE" } });
  const log = await call("GET", "/audit-log?action=account.change");
  expect(log.body[1]).toMatchObject({
    before: { autojoin: { policy: "always", allow: [] } },
    after: { autojoin: { policy: "allow-list", allow } },
  });
  const wrong = await change({ autojoin: { policy: "allow-list", allow: ["a b"] } });
  expect(wrong.body).toMatchObject({ code: "BAD_REQUEST", fields: [{ path: "/autojoin/allow/0" }] });
});

test("an account that is offline does nothing, says so, and makes up for what was said meanwhile", async () => {
  const { call, send, account, ada, bot, change, invite, joined, answered } = await startAccountHost(PING);
  const roomId = await invite();
  await joined(roomId);
  await answered(roomId, `pong ${await ada.say(roomId, "!ping")}`);

  expect((await change({ enabled: false })).body).toMatchObject({ enabled: false, status: "offline" });
  expect((await call("GET", "/instances/bot")).body).toMatchObject({
    ...{
      enabled: true,
      status: "blocked",
      statusReason: expect.stringContaining("account was switched off"),
    },
  });
  expect((await call("POST", "/instances/bot/restart")).body).toMatchObject({ status: "blocked" });
  // That is nothing to be woken up for.
  expect((await send("GET", "/readyz")).status).toBe(200);
  const said = await ada.say(roomId, "!ping");
  const invited = await invite();
  expect((await call("GET", `${account}/invites`)).body).toMatchObject([{ roomId: invited }]);
  expect(await bot.client.getJoinedRooms()).toEqual([roomId]);

  expect((await change({ enabled: true })).body).toMatchObject({ enabled: true });
  await answered(roomId, `pong ${said}`);
  await joined(invited);
  expect((await call("GET", "/instances/bot")).body).toMatchObject({ enabled: true, status: "running" });
  expect(await ada.messages(roomId)).toHaveLength(4);

  // Too old is what is older than the catch-up age, as after any absence.
  await call("PATCH", "/instances/bot", { body: { catchUpSeconds: 0 } });
  await change({ enabled: false });
  await ada.say(roomId, "!ping");
  await change({ enabled: true });
  const skipped = async () => (await call("GET", "/instances/bot")).body.counts.skipped === 1;
  await eventually("the command that is too old", skipped);
  expect(await ada.messages(roomId)).toHaveLength(5);
});
