import { expect, test, vi } from "vitest";
import { withEncryption } from "../../testing/encrypted-user.ts";
import { eventually } from "../../testing/eventually.ts";
import { register } from "../../testing/homeserver.ts";
import { startHttpServer } from "../../testing/http-server.ts";
import { openTestScopes } from "../../testing/scopes.ts";
import { allOf } from "../permissions.ts";

const ADA = "@slack_ada:test";
const PATTERNS = { impersonate: ["slack_*"] };
const text = (body: string) => ({ msgtype: "m.text", body });
const failure = (code: string, message = "") => ({ code, message: expect.stringContaining(message) });

/** Instances of an application service's sender, `@slackbot`, who may act as `slack_*`. */
async function setUp(
  impersonate: readonly string[] = PATTERNS.impersonate,
  isAppservice: true | "no device" = true,
) {
  const scopes = await openTestScopes({ granted: { impersonate }, isAppservice });
  const { call, ada, roomId } = scopes;
  const asked = await ada.say(roomId, "!say");
  const delivery = scopes.deliver(asked);
  const say = (body: string, more: object = {}, instanceId = "one") =>
    call("event.send", { delivery, type: "m.room.message", content: text(body), ...more }, instanceId);
  return {
    ...{ ...scopes, asked, delivery, say },
    /** What was said in the room, but for the question. */
    said: async () =>
      (await ada.messages(roomId)).slice(1).map(({ sender, body }) => [sender, body] as const),
    members: async () => (await ada.client.getJoinedRoomMembers(roomId)).sort(),
    exists: (userId: string) => ada.client.getUserProfile(userId).then(Boolean, () => false),
  };
}

test("what is said as somebody else is theirs, in the order in which it was said", async () => {
  const { say, said, members, uses } = await setUp();
  await Promise.all([
    say("one"),
    say("two", { as: "slack_ada" }),
    say("three", { as: "slack_grace" }),
    say("four"),
    say("five", { as: "slack_ada" }),
  ]);
  expect(await said()).toEqual([
    ["@slackbot:test", "one"],
    [ADA, "two"],
    ["@slack_grace:test", "three"],
    ["@slackbot:test", "four"],
    [ADA, "five"],
  ]);
  expect(await members()).toEqual(["@ada:test", ADA, "@slack_grace:test", "@slackbot:test"].sort());
  expect(uses.of("one")).toMatchObject([{ permission: "impersonate", value: "slack_*", count: 3 }]);
});

test("a delivery that runs again repeats nothing, whoever said it", async () => {
  const { say, said, deliver, dispatcher, delivery, asked, call } = await setUp();
  const first = [await say("one", { as: "slack_ada" }), await say("two")];
  dispatcher.settled("one", { id: delivery, status: "done", ran: [] });
  const again = deliver(asked);
  const repeat = (body: string, more: object) =>
    call("event.send", { delivery: again, type: "m.room.message", content: text(body), ...more });
  expect([await repeat("one", { as: "slack_ada" }), await repeat("two", {})]).toEqual(first);
  expect(await said()).toHaveLength(2);
});

test("what is refused counts as a write, so that what follows is not said twice once it is granted", async () => {
  const { say, said, deliver, dispatcher, delivery, asked, call, open } = await setUp([]);
  await expect(say("as Ada", { as: "slack_ada" })).rejects.toMatchObject(failure("PERMISSION_DENIED"));
  await say("as itself");
  dispatcher.settled("one", { id: delivery, status: "done", ran: [] });
  open.get("one")?.change(allOf(PATTERNS), null);
  const again = deliver(asked);
  for (const [body, as] of [["as Ada", "slack_ada"] as const, ["as itself"] as const])
    await call("event.send", { delivery: again, type: "m.room.message", content: text(body), as });
  expect(await said()).toEqual([
    ["@slackbot:test", "as itself"],
    [ADA, "as Ada"],
  ]);
});

test.each([
  ["nobody was granted", []],
  ["others were granted", ["slack_grace", "slackada*", "other_*"]],
])("where %s, nothing is said and nobody made", async (_what, granted) => {
  const { say, said, exists } = await setUp(granted);
  await expect(say("hi", { as: "slack_ada" })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", `act as ${ADA}`),
  );
  expect([await said(), await exists(ADA)]).toEqual([[], false]);
});

test.each([
  ["a whole user ID", "@slack_ada:test"],
  ["a user of another server", "slack_ada:evil.org"],
  ["capitals", "slack_Ada"],
  ["a path", "slack_/../ada"],
  ["a query", "slack_ada?user_id=@ada:test"],
  ["a second parameter", "slack_ada&user_id=@ada:test"],
  ["an escape", "slack_%61da"],
  ["a letter that looks like another", "slack_аda"],
  ["a line's end", "slack_ada\n"],
  ["a null", "slack_ada\0"],
  ["a pattern", "slack_*"],
  ["nothing", ""],
  ["no text", ["slack_ada"]],
  ["a name of endless length", `slack_${"x".repeat(300)}`],
  ["a user ID of more than 255", `slack_${"x".repeat(249 - 5)}`],
])("%s names nobody to act as", async (_what, as) => {
  const { say, said, members, unexpected } = await setUp();
  await expect(say("hi", { as })).rejects.toMatchObject(failure("BAD_REQUEST"));
  expect([await said(), await members()]).toEqual([[], ["@ada:test", "@slackbot:test"]]);
  expect(unexpected).toEqual([]);
});

test("nobody acts as an account of this host, whatever the pattern", async () => {
  const { say, said, store, running, homeserver, http } = await setUp(["slack_*", "slackbot", "ada"]);
  const grace = await register(homeserver, http, "grace");
  const row = { ...grace, homeserverUrl: homeserver.url, syncToken: null, createdAt: 1 };
  // Another account on the host whose name is in the pattern.
  const sibling = { ...row, id: "sibling", userId: "@slack_sibling:test" };
  store.accounts.insert(sibling);
  running.start(store.accounts.get("sibling") ?? expect.unreachable());
  for (const as of ["slack_sibling", "slackbot"]) {
    await expect(say("hi", { as })).rejects.toMatchObject(
      failure("PERMISSION_DENIED", "is an account of this host"),
    );
  }
  // And a person outside the namespace is the homeserver's to refuse.
  await expect(say("hi", { as: "ada" })).rejects.toMatchObject(
    failure("HOMESERVER_REFUSED", "application service whose namespace covers the user"),
  );
  // Whose words are a person's still.
  expect(store.impersonated.has("@ada:test")).toBe(false);
  expect(await said()).toEqual([]);
});

test("an ordinary account acts as nobody, not as itself either", async () => {
  const { call, deliver, ada, roomId } = await openTestScopes({ granted: PATTERNS });
  const delivery = deliver(await ada.say(roomId, "hi"));
  const params = { delivery, type: "m.room.message", content: text("x"), as: "slack_ada" };
  await expect(call("event.send", params)).rejects.toMatchObject(
    failure("HOMESERVER_REFUSED", "Its login is no application service's."),
  );
  expect((await ada.messages(roomId)).map(({ body }) => body)).toEqual(["hi"]);
});

test("another instance's delivery is no ground to say anything", async () => {
  const { say, said, exists } = await setUp();
  await expect(say("hi", { as: "slack_ada" }, "two")).rejects.toMatchObject(failure("DELIVERY_ENDED"));
  expect([await said(), await exists(ADA)]).toEqual([[], false]);
});

test("rooms in which the instance may not act are closed to its users, too", async () => {
  const { say, said, members, open, call, runSchedule, ada, bot, roomId } = await setUp();
  open.get("one")?.change(allOf(PATTERNS), ["!other:test"]);
  await expect(say("hi", { as: "slack_ada" })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", `act in ${roomId}`),
  );
  expect([await said(), await members()]).toEqual([[], ["@ada:test", "@slackbot:test"]]);

  open.get("one")?.change(allOf(PATTERNS), null);
  const other = await ada.room([bot]);
  await expect(say("hi", { as: "slack_ada", roomId: other })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", "is answered there"),
  );
  // A schedule names its rooms; where the bot is not, its users cannot be brought.
  const closed = await ada.room();
  const send = (room: string) => {
    const params = { delivery: run, roomId: room, type: "m.room.message", content: text("hi") };
    return call("event.send", { ...params, as: "slack_ada" });
  };
  const run = runSchedule("report");
  await expect(send(closed)).rejects.toMatchObject(failure("HOMESERVER_REFUSED", "could not be brought"));
  await send(other);
  expect((await ada.messages(other)).map(({ sender }) => sender)).toEqual([ADA]);
  expect(await ada.messages(closed)).toEqual([]);
});

test("what is taken back is gone at once, also for what waits for its turn", async () => {
  const { say, said, open, exists } = await setUp();
  await say("before", { as: "slack_ada" });
  const waiting = [say("itself"), say("as Ada", { as: "slack_ada" }), say("as Grace", { as: "slack_grace" })];
  open.get("one")?.change(allOf(), null);
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  await expect(say("after", { as: "slack_ada" })).rejects.toMatchObject(failure("PERMISSION_DENIED"));
  expect((await said()).map(([, body]) => body)).toEqual(["before", "itself"]);
  expect(await exists("@slack_grace:test")).toBe(false);
});

test("what is taken back while its user comes into the room is not said", async () => {
  const { say, said, members, open } = await setUp();
  const { scope, change } = open.get("one") ?? expect.unreachable();
  const request = scope.client.doRequest.bind(scope.client);
  vi.spyOn(scope.client, "doRequest").mockImplementation(async (...params) => {
    const answer = await request(...params);
    if (params[1].endsWith("/join")) change(allOf(), null);
    return answer;
  });
  await expect(say("hi", { as: "slack_ada" })).rejects.toMatchObject(failure("PERMISSION_DENIED"));
  expect([await said(), await members()]).toEqual([[], ["@ada:test", ADA, "@slackbot:test"]]);
});

test("what such a user says reaches no handler, of no instance, as a person's does", async () => {
  const { say, said, store, subscriptions, ada, roomId } = await setUp();
  for (const id of ["one", "two"]) {
    const none = { prefix: "!", commands: [], texts: [], types: [], schedules: [], webhooks: [] };
    subscriptions.set(id, "account", { ...none, everyText: true }, 3_600_000);
  }
  await say("said by nobody", { as: "slack_ada" });
  await ada.say(roomId, "said by a person");
  const delivered = () =>
    store.db.prepare<[], string>("SELECT event FROM inbox ORDER BY instance_id, id").pluck().all();
  const texts = await eventually("both instances' deliveries", () => {
    const found = delivered().filter((event) => event.includes("said by"));
    return found.length >= 2 && found;
  });
  expect(texts.map((event) => (JSON.parse(event) as { sender: string }).sender)).toEqual([
    "@ada:test",
    "@ada:test",
  ]);
  expect((await said())[0]).toEqual([ADA, "said by nobody"]);
});

test("a user who left is brought back by the next word, one who is banned is not", async () => {
  const { say, said, ada, roomId } = await setUp();
  await say("one", { as: "slack_ada" });
  await ada.client.kickUser(ADA, roomId);
  await say("two", { as: "slack_ada" });
  await ada.client.banUser(ADA, roomId);
  await expect(say("three", { as: "slack_ada" })).rejects.toMatchObject(
    failure("HOMESERVER_REFUSED", "could not be brought"),
  );
  expect((await said()).map(([, body]) => body)).toEqual(["one", "two"]);
});

test("a user has a name of their own, everywhere", async () => {
  const { call, delivery, say, ada, roomId } = await setUp();
  await call("profile.set", { delivery, as: "slack_ada", displayName: "Ada (Slack)" });
  await say("hi", { as: "slack_ada" });
  await call("profile.set", { delivery, as: "slack_ada", displayName: "Ada L. (Slack)" });
  expect(await ada.client.getRoomStateEvent(roomId, "m.room.member", ADA)).toMatchObject({
    ...{ membership: "join", displayname: "Ada L. (Slack)" },
  });
  await expect(call("profile.set", { delivery, as: "other_ada", displayName: "x" })).rejects.toMatchObject(
    failure("PERMISSION_DENIED"),
  );
});

test("a user sends files, and has one for a picture", async () => {
  const site = await startHttpServer((_request, response) => void response.end("a file"));
  const granted = { ...PATTERNS, network: [site.host] };
  const { call, deliver, ada, roomId } = await openTestScopes({ granted, isAppservice: true });
  const { file } = await call("file.fetch", { url: `${site.url}/` });
  const delivery = deliver(await ada.say(roomId, "hi"));
  await call("profile.set", { delivery, as: "slack_ada", avatar: file });
  await call("file.send", { delivery, file, name: "a.txt", as: "slack_ada" });
  const [, message] = await ada.messages(roomId);
  expect(message).toMatchObject({ sender: ADA, content: { msgtype: "m.file", filename: "a.txt" } });
  expect(await ada.client.getUserProfile(ADA)).toMatchObject({ avatar_url: message?.content.url });
});

test("a user takes back what they said themselves, and nobody else's words", async () => {
  const { call, say, said, delivery, asked } = await setUp();
  const { eventId } = await say("mistake", { as: "slack_ada" });
  await call("event.redact", { delivery, eventId, as: "slack_ada" });
  await expect(call("event.redact", { delivery, eventId: asked, as: "slack_ada" })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", "only what it sent itself"),
  );
  expect(await said()).toEqual([[ADA, undefined]]);
});

test("an account that acted as ten thousand users acts as those, and as no more", async () => {
  const { say, said, store, exists } = await setUp();
  store.transaction(() => {
    for (let n = 0; n < 10_000; n++) store.impersonated.add("account", `@slack_${n}:test`, 1);
  });
  await say("known", { as: "slack_7" });
  await expect(say("new", { as: "slack_ada" })).rejects.toMatchObject(failure("LIMIT", "10000 users"));
  expect([await said(), await exists(ADA)]).toEqual([[["@slack_7:test", "known"]], false]);
});

test("in an encrypted room what is said in another's name is encrypted, by the account's device", async () => {
  const { call, runSchedule, bot, running, store, ...scopes } = await setUp();
  const ada = withEncryption(scopes.ada);
  const roomId = await ada.encryptedRoom(bot.userId, (id) => bot.client.joinRoom(id));
  await ada.read(roomId);
  await eventually("the bot's keys", () => running.encryption("account")?.state.status === "on");
  const delivery = runSchedule("report");
  const say = (body: string, more: object = {}) =>
    call("event.send", { delivery, roomId, type: "m.room.message", content: text(body), ...more });
  await Promise.all([say("one"), say("two", { as: "slack_ada" }), say("three", { as: "slack_grace" })]);
  await say("four", { as: "slack_ada" });

  const read = await ada.read(roomId);
  expect(read.map(({ sender, body, wire }) => [sender, body, wire.type])).toEqual([
    [bot.userId, "one", "m.room.encrypted"],
    [ADA, "two", "m.room.encrypted"],
    ["@slack_grace:test", "three", "m.room.encrypted"],
    [ADA, "four", "m.room.encrypted"],
  ]);
  // One session of one device, whoever says it.
  expect(new Set(read.map(({ wire }) => wire.content.session_id)).size).toBe(1);
  // What comes back of it waits for no key, and is nobody's to answer.
  await ada.say(roomId, "!next");
  await eventually("the next question", () => store.inbox.count("one") > 0);
  expect(store.inbox.held("account")).toEqual([]);
});

test("without a device nothing is said in another's name in an encrypted room, nor shown: it is refused, with why", async () => {
  const { say, ada, roomId } = await setUp(PATTERNS.impersonate, "no device");
  const refused = failure("ENCRYPTION_FAILED", "no device");
  await ada.client.sendStateEvent(roomId, "m.room.encryption", "", { algorithm: "m.megolm.v1.aes-sha2" });
  await expect(say("secret", { as: "slack_ada" })).rejects.toMatchObject(refused);
  await expect(say("secret")).rejects.toMatchObject(refused);
  expect(JSON.stringify(await ada.messages(roomId))).not.toContain("secret");
});

test("a room that the bot left may be encrypted since: in nobody's name anything is said there in the clear", async () => {
  const { call, ada, bot, runSchedule } = await setUp();
  const other = await ada.room([bot]);
  const run = runSchedule("report");
  const send = (body: string) => {
    const params = { delivery: run, roomId: other, type: "m.room.message", content: text(body) };
    return call("event.send", { ...params, as: "slack_ada" });
  };
  await send("in the clear");
  await ada.client.kickUser(bot.userId, other);
  await ada.client.sendStateEvent(other, "m.room.encryption", "", { algorithm: "m.megolm.v1.aes-sha2" });
  await expect(send("secret")).rejects.toMatchObject(
    failure(
      "ENCRYPTION_FAILED",
      `${bot.userId}, by whose device what ${ADA} says is encrypted, is not in it`,
    ),
  );
  const wire = JSON.stringify(await ada.messages(other));
  expect(wire).toContain("in the clear");
  expect(wire).not.toContain("secret");
});
