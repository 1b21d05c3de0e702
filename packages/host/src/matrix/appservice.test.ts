import { expect, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { bringIn, ensureActsAs } from "./appservice.ts";
import { HostMatrixClient } from "./client.ts";
import { clientOf, logIn } from "./login.ts";

const AS_TOKEN = "the token of the application service";
const SLACK = {
  id: "slack",
  as_token: AS_TOKEN,
  sender_localpart: "slackbot",
  namespaces: { users: [{ exclusive: true, regex: "@slack_.*" }] },
};
const ADA = "@slack_ada:test";

async function open() {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver({ appservices: [SLACK] });
  const slackbot = new HostMatrixClient(homeserver.url, AS_TOKEN, http);
  return { http, homeserver, slackbot, grace: await register(homeserver, http, "grace") };
}

test("an application service's token is a login, without a device", async () => {
  const { http, homeserver } = await open();
  expect(await logIn({ homeserverUrl: homeserver.url, accessToken: AS_TOKEN }, http)).toMatchObject({
    userId: "@slackbot:test",
    deviceId: "",
  });
});

test("a login as a user of the namespace is that user's in every request, media too", async () => {
  const { http, homeserver, grace } = await open();
  const credentials = { homeserverUrl: homeserver.url, accessToken: AS_TOKEN };
  for (const username of ["slack_bot", "@slack_bot:test"]) {
    const login = await logIn({ ...credentials, username }, http);
    expect(login).toMatchObject({ userId: "@slack_bot:test", deviceId: "" });
    const client = clientOf(login, http);
    expect(await client.getWhoAmI()).toMatchObject({ user_id: "@slack_bot:test" });
    const roomId = await client.createRoom({ invite: [grace.userId] });
    await grace.client.joinRoom(roomId);
    const signal = AbortSignal.timeout(5_000);
    const { rooms } = (await client.sync({ since: null, filter: "{}", timeoutMs: 0, signal })) as {
      rooms: { join: object };
    };
    expect(Object.keys(rooms.join)).toContain(roomId);
    await client.putEvent(roomId, "m.room.message", "t1", { body: "hi" });
    expect((await grace.messages(roomId)).map(({ sender }) => sender)).toEqual(["@slack_bot:test"]);
  }
  expect(
    clientOf({ ...credentials, userId: "@slack_bot:test", deviceId: "" }, http).urlOf("/x", { a: 1 }),
  ).toBe(`${homeserver.url}/x?a=1&user_id=%40slack_bot%3Atest`);
});

test("nobody's token logs in as a user whose it is not", async () => {
  const { http, homeserver, grace } = await open();
  const homeserverUrl = homeserver.url;
  const refused = { code: "HOMESERVER_REFUSED" };
  await expect(
    logIn({ homeserverUrl, accessToken: AS_TOKEN, username: "grace" }, http),
  ).rejects.toMatchObject(refused);
  const hers = { homeserverUrl, accessToken: grace.accessToken };
  await expect(logIn({ ...hers, username: "slack_bot" }, http)).rejects.toMatchObject(refused);
  expect(await logIn({ ...hers, username: "grace" }, http)).toMatchObject({ deviceId: grace.deviceId });
});

test("a user of the namespace is made, and is as well when they are there", async () => {
  const { slackbot, grace } = await open();
  await ensureActsAs(slackbot, ADA);
  await ensureActsAs(slackbot, ADA);
  expect(await grace.client.getUserProfile(ADA)).toMatchObject({ displayname: "slack_ada" });
});

test("a user outside the namespace is refused with what to do", async () => {
  const { slackbot } = await open();
  for (const userId of ["@grace:test", "@nobody:test"]) {
    await expect(ensureActsAs(slackbot, userId)).rejects.toMatchObject({
      code: "HOMESERVER_REFUSED",
      message: expect.stringMatching(
        new RegExp(`${userId}.*M_EXCLUSIVE.*application service whose namespace`),
      ),
    });
  }
});

test("an ordinary login, which homeservers let pass as itself, is found out before it says anything", async () => {
  const { slackbot, grace } = await open();
  await ensureActsAs(slackbot, ADA);
  await expect(ensureActsAs(grace.client, ADA)).rejects.toMatchObject({
    code: "HOMESERVER_REFUSED",
    message: expect.stringContaining("takes the account for @grace:test all the same"),
  });
});

test("a login that is gone is no refusal, since it may come back", async () => {
  const { http, homeserver } = await open();
  const gone = new HostMatrixClient(homeserver.url, "revoked", http);
  await expect(ensureActsAs(gone, ADA)).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
});

test("a user is invited where it must be, and joins once", async () => {
  const { slackbot, grace } = await open();
  await ensureActsAs(slackbot, ADA);
  const roomId = await grace.client.createRoom({ invite: ["@slackbot:test"] });
  await slackbot.joinRoom(roomId);
  // Only those with some power invite, and the bot has none.
  await grace.client.sendStateEvent(roomId, "m.room.power_levels", "", {
    users: { "@grace:test": 100 },
    invite: 50,
  });
  await expect(bringIn(slackbot, roomId, ADA)).rejects.toMatchObject({
    code: "HOMESERVER_REFUSED",
    message: expect.stringMatching(/could not be brought into .*the power to invite/),
  });
  await grace.client.sendStateEvent(roomId, "m.room.power_levels", "", { users: { "@grace:test": 100 } });
  await bringIn(slackbot, roomId, ADA);
  await bringIn(slackbot, roomId, ADA);
  const events = await grace.client.doRequest("GET", `/_matrix/client/v3/rooms/${roomId}/messages`, {
    dir: "f",
    limit: 100,
  });
  const own = events.chunk.filter(({ state_key }: { state_key?: string }) => state_key === ADA);
  expect(
    own.map(({ sender, content }: never) => [sender, (content as { membership: string }).membership]),
  ).toEqual([
    ["@slackbot:test", "invite"],
    [ADA, "join"],
  ]);
});
