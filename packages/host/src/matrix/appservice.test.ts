import { expect, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { bringIn, ensureActsAs } from "./appservice.ts";
import { HostMatrixClient } from "./client.ts";
import { logIn } from "./login.ts";

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
