import { expect, test, vi } from "vitest";
import { HostMatrixClient } from "../../matrix/client.ts";
import { eventually } from "../../testing/eventually.ts";
import { openTestScopes } from "../../testing/scopes.ts";

const failure = (code: string, message = "") => ({ code, message: expect.stringContaining(message) });

/** A bot in Ada's room; `granted` of the operations on rooms. */
async function setUp(rooms: readonly "state"[] = []) {
  const scopes = await openTestScopes({ granted: { rooms } });
  const { ada, roomId, deliver } = scopes;
  return {
    ...scopes,
    hear: async (body = "!hi") => deliver(await ada.say(roomId, body)),
    set: (type: string, content: object) => ada.client.sendStateEvent(roomId, type, "", content),
  };
}

test("without any permission: the room's name, and what the sender may do; nothing else of it", async () => {
  const { call, hear, set, roomId } = await setUp();
  await set("m.room.name", { name: "Office" });
  const delivery = await hear();

  expect(await call("room.name", { delivery })).toEqual({ name: "Office" });
  expect(await call("room.sender", { delivery })).toMatchObject({ powerLevel: 100, may: { ban: true } });
  for (const method of ["room.info", "room.members", "room.state.get"]) {
    const params = { roomId, ...(method === "room.state.get" ? { type: "m.room.topic", stateKey: "" } : {}) };
    await expect(call(method, params), method).rejects.toMatchObject(failure("PERMISSION_DENIED"));
  }
});

test("a schedule has neither room nor sender", async () => {
  const { call, runSchedule } = await setUp();
  const delivery = runSchedule("daily");
  for (const method of ["room.name", "room.sender"]) {
    await expect(call(method, { delivery }), method).rejects.toMatchObject(failure("BAD_REQUEST"));
  }
});

test("all that a room is like, and who is in it, is asked for once and follows the syncs", async () => {
  const { call, hear, set, roomId, ada, bot } = await setUp(["state"]);
  await set("m.room.topic", { topic: "Birds" });
  const delivery = await hear();
  const info = () => call("room.info", { roomId });
  expect(await info()).toMatchObject({ name: null, topic: "Birds", canonicalAlias: null, encrypted: false });
  const ids = async () =>
    ((await call("room.members", { roomId })) as unknown as { userId: string }[]).map(({ userId }) => userId);
  expect((await ids()).sort()).toEqual([ada.userId, bot.userId].sort());
  await call("room.sender", { delivery });

  const asked = vi.spyOn(HostMatrixClient.prototype, "doRequest");
  await info();
  await call("room.members", { roomId });
  await call("room.sender", { delivery });
  expect(asked.mock.calls.filter(([, path]) => path.includes("/state/") || path.includes("members"))).toEqual(
    [],
  );
  asked.mockRestore();

  await set("m.room.topic", { topic: "Bees" });
  await eventually("the new topic", async () => (await info()).topic === "Bees");
  const powerLevels = (await info()).powerLevels as { users: object };
  await set("m.room.power_levels", {
    ...powerLevels,
    users: { ...powerLevels.users, [ada.userId]: 60 },
    ban: 70,
  });
  const may = async () => (await call("room.sender", { delivery })).may as Record<string, boolean>;
  await eventually("the new levels", async () => !(await may()).ban);
  expect(await may()).toMatchObject({ kick: true, ban: false });
});

test("a setting that was removed is no longer told", async () => {
  const { call, set, roomId, ada } = await setUp(["state"]);
  const eventId = await set("m.room.topic", { topic: "Oops" });
  expect(await call("room.info", { roomId })).toMatchObject({ topic: "Oops" });
  await ada.client.redactEvent(roomId, eventId);
  await eventually("no topic", async () => (await call("room.info", { roomId })).topic === null);
});

test("rooms in which the instance may not act are closed to it, whatever is kept of them", async () => {
  const { call, open, roomId } = await setUp(["state"]);
  await call("room.info", { roomId });
  open.get("one")?.change(open.get("one")?.scope.granted as never, ["!other:test"]);
  for (const method of ["room.info", "room.members"]) {
    await expect(call(method, { roomId }), method).rejects.toMatchObject(failure("PERMISSION_DENIED"));
  }
});

test("help is one text of all instances, sent once however often the delivery runs, and needs no permission", async () => {
  const { call, hear, subscriptions, dispatcher, ada, roomId } = await setUp();
  const nothing = { prefix: "!", texts: [], everyText: false, types: [], schedules: [], webhooks: [] };
  const command = (name: string) => ({ name, usage: `!${name}`, description: `Do ${name}` });
  subscriptions.set("two", "account", { ...nothing, commands: [command("b")] }, 1_000);
  subscriptions.set("one", "account", { ...nothing, commands: [command("a")] }, 1_000);
  const delivery = await hear("!help");
  const related = { "m.relates_to": { "m.in_reply_to": { event_id: "$asked" } } };

  const first = await call("help.send", { delivery, related });
  dispatcher.lost("one", "Its worker failed: no.");
  dispatcher.attach("one", "plugin", {
    ...{ run: () => undefined, abort: () => undefined, senderName: () => null, isTooOld: () => false },
  });
  expect(await call("help.send", { delivery, related })).toEqual(first);
  const said = (await ada.messages(roomId)).filter(({ eventId }) => eventId === first.eventId);
  expect(said.map(({ body }) => body)).toEqual(["!a – Do a\n!b – Do b"]);
  expect(said[0]?.content).toMatchObject(related);
  const about = await call("help.send", { delivery, about: "b", related });
  const all = await ada.messages(roomId);
  expect(all.find(({ eventId }) => eventId === about.eventId)?.body).toBe("!b – Do b");
});
