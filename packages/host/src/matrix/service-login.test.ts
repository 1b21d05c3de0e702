import { expect, test } from "vitest";
import { createTestHttp, register, SLACK, startTestHomeserver } from "../testing/homeserver.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { clientOf, logIn, logOut } from "./login.ts";

const BOT = "@slack_bot:test";
const asToken = SLACK.as_token;

/** How a homeserver gives the users of application services devices. */
const KINDS = {
  "with a token of their own": {},
  "with a device and the service's token": { "io.element.msc4190": true },
};

async function open(more: object) {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver({ appservices: [{ ...SLACK, ...more }] });
  const logInAs = (username?: string) =>
    logIn({ homeserverUrl: homeserver.url, accessToken: asToken, ...(username && { username }) }, http);
  return { http, homeserver, logInAs, grace: await register(homeserver, http, "grace") };
}

test.each(Object.entries(KINDS))(
  "a login as a user of the namespace, %s, is that user's in every request",
  async (_how, kind) => {
    const { http, logInAs, grace } = await open(kind);
    for (const username of ["slack_bot", "@slack_bot:test"]) {
      const login = await logInAs(username);
      expect(login).toMatchObject({ userId: BOT, serviceToken: asToken, madeHere: true });
      expect(login.deviceId).not.toBe("");
      const client = clientOf(login, http);
      expect(await client.doRequest("GET", "/_matrix/client/v3/account/whoami")).toMatchObject({
        ...{ user_id: BOT, device_id: login.deviceId },
      });
      const roomId = await client.createRoom({ invite: [grace.userId] });
      await grace.client.joinRoom(roomId);
      const signal = AbortSignal.timeout(5_000);
      const { rooms } = (await client.sync({ since: null, filter: "{}", timeoutMs: 0, signal })) as {
        rooms: { join: object };
      };
      expect(Object.keys(rooms.join)).toContain(roomId);
      await client.putEvent(roomId, "m.room.message", "t1", { body: "hi" });
      expect((await grace.messages(roomId)).map(({ sender }) => sender)).toEqual([BOT]);
    }
  },
);

test.each(Object.entries(KINDS))(
  "a login %s acts as the others of its namespace with the service's token",
  async (_how, kind) => {
    const { http, logInAs, grace } = await open(kind);
    const client = clientOf(await logInAs("slack_bot"), http);
    await logInAs("slack_ada");
    const roomId = await grace.client.createRoom({ preset: "public_chat" });
    const path = `/_matrix/client/v3/rooms/${roomId}/join`;
    for (const acting of [{}, { user_id: "@slack_ada:test" }])
      await client.doRequest("POST", path, acting, {});
    await client.putEvent(roomId, "m.room.message", "t1", { body: "as Ada" }, "@slack_ada:test");
    await client.putEvent(roomId, "m.room.message", "t1", { body: "as itself" });
    expect((await grace.messages(roomId)).map(({ sender, body }) => [sender, body])).toEqual([
      ["@slack_ada:test", "as Ada"],
      [BOT, "as itself"],
    ]);
  },
);

test.each(Object.entries(KINDS))(
  "a login %s ends with the log-out; the service's token stays good",
  async (_how, kind) => {
    const { http, logInAs } = await open(kind);
    const [first, second] = [await logInAs("slack_bot"), await logInAs("slack_bot")];
    expect(second.deviceId).not.toBe(first.deviceId);
    await logOut(first, http);
    await expect(clientOf(first, http).getWhoAmI()).rejects.toMatchObject({
      errcode: expect.stringMatching(/^M_UNKNOWN_(TOKEN|DEVICE)$/),
    });
    expect(await clientOf(second, http).getWhoAmI()).toMatchObject({ user_id: BOT });
  },
);

test("a service's token alone is a login of its sender", async () => {
  const { logInAs } = await open({});
  expect(await logInAs()).toMatchObject({ userId: "@slackbot:test", serviceToken: asToken });
});

test("where a homeserver offers its users no device, it is a login without one, with the service's token", async () => {
  const { http, homeserver } = await open({});
  const { url } = await startHttpServer(async (request, response) => {
    const isRefused = request.url?.endsWith("/login") || request.method === "PUT";
    if (isRefused) {
      const body = { errcode: "M_UNRECOGNIZED", error: "There is no such endpoint." };
      response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify(body));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = "" } = request.headers;
    const answer = await fetch(homeserver.url + request.url, {
      ...{ method: request.method ?? "GET", headers: { authorization } },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const login = await logIn({ homeserverUrl: url, accessToken: asToken, username: "slack_bot" }, http);
  expect(login).toEqual({
    ...{ userId: BOT, deviceId: "", homeserverUrl: url, accessToken: asToken, serviceToken: asToken },
    madeHere: false,
  });
  expect(await clientOf(login, http).getWhoAmI()).toEqual({ user_id: BOT, is_guest: false });
  expect(clientOf(login, http).urlOf("/x", { a: 1 })).toBe(`${url}/x?a=1&user_id=%40slack_bot%3Atest`);
  // As such logins were stored before the service's token was kept beside them.
  expect(await clientOf({ ...login, serviceToken: null }, http).getWhoAmI()).toMatchObject({ user_id: BOT });
});
