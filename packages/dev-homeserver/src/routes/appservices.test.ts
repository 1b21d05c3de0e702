import { expect, test } from "vitest";
import {
  register,
  request,
  roomWith,
  startTestHomeserver,
  temporaryDirectory,
} from "../testing/homeserver.ts";

const AS_TOKEN = "the token of the application service";
const SLACK = {
  id: "slack",
  as_token: AS_TOKEN,
  sender_localpart: "slackbot",
  namespaces: { users: [{ exclusive: true, regex: "@slack_.*" }] },
};
const V3 = "/_matrix/client/v3";

/** A server with an application service, which asks as somebody. */
async function openServer(dataDir = temporaryDirectory()) {
  const homeserver = await startTestHomeserver({ dataDir, appservices: [SLACK] });
  const call = (method: string, path: string, body?: unknown, userId?: string) => {
    const query = userId === undefined ? "" : `?user_id=${encodeURIComponent(userId)}`;
    return request(homeserver.url, method, `${V3}${path}${query}`, body, AS_TOKEN);
  };
  const registerUser = (username: string, token?: string) =>
    request(
      ...([homeserver.url, "POST", `${V3}/register`] as const),
      { type: "m.login.application_service", username, inhibit_login: true },
      token,
    );
  return { homeserver, call, registerUser };
}

test("an application service acts as its sender, on no device", async () => {
  const { call } = await openServer();
  expect((await call("GET", "/account/whoami")).body).toEqual({
    user_id: "@slackbot:dev.localhost",
    is_guest: false,
  });
});

test("it registers users of its namespace, once each, and acts as them", async () => {
  const { homeserver, call, registerUser } = await openServer();
  const ada = "@slack_ada:dev.localhost";
  expect((await call("GET", "/account/whoami", undefined, ada)).body).toMatchObject({
    errcode: "M_FORBIDDEN",
    error: `Application service has not registered this user (${ada})`,
  });
  expect((await registerUser("slack_ada", AS_TOKEN)).body).toMatchObject({ user_id: ada });
  expect((await registerUser("slack_ada", AS_TOKEN)).body.errcode).toBe("M_USER_IN_USE");

  const grace = await register(homeserver, "grace");
  const roomId = await roomWith(grace, [], { preset: "public_chat" });
  await call("POST", `/rooms/${roomId}/join`, {}, ada);
  const send = () => call("PUT", `/rooms/${roomId}/send/m.room.message/t1`, { body: "hi" }, ada);
  const { event_id } = (await send()).body;
  expect((await send()).body.event_id).toBe(event_id);
  expect((await grace.get(`/rooms/${roomId}/event/${event_id}`)).body.sender).toBe(ada);
});

test.each([
  ["nobody of its namespace", "@grace:dev.localhost"],
  ["somebody of another server", "@slack_ada:example.org/../x"],
])("it does not act as %s", async (_what, userId) => {
  const { homeserver, call } = await openServer();
  await register(homeserver, "grace");
  const answer = await call("GET", "/account/whoami", undefined, userId);
  expect([answer.status, answer.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
});

test("nobody else makes users of an exclusive namespace, and it makes no others", async () => {
  const { homeserver, registerUser } = await openServer();
  const grace = await register(homeserver, "grace");
  const person = { username: "slack_grace", password: "x", auth: { type: "m.login.dummy" } };
  const byPerson = await request(homeserver.url, "POST", `${V3}/register`, person);
  expect([byPerson.status, byPerson.body.errcode]).toEqual([400, "M_EXCLUSIVE"]);
  expect((await registerUser("linus", AS_TOKEN)).body.errcode).toBe("M_EXCLUSIVE");
  expect((await registerUser("slack_grace", grace.accessToken)).status).toBe(401);
  expect((await registerUser("slack_grace")).status).toBe(401);
});

test("a user's own token acts as that user, whoever is asserted", async () => {
  const { homeserver } = await openServer();
  const grace = await register(homeserver, "grace");
  expect((await grace.get("/account/whoami?user_id=@slack_ada:dev.localhost")).body.user_id).toBe(
    grace.userId,
  );
});

test("its users have no password, and are there after a restart with what they sent", async () => {
  const dataDir = temporaryDirectory();
  const ada = "@slack_ada:dev.localhost";
  const first = await openServer(dataDir);
  await first.registerUser("slack_ada", AS_TOKEN);
  const roomId = (await first.call("POST", "/createRoom", {}, ada)).body.room_id;
  const send = (server: typeof first) =>
    server.call("PUT", `/rooms/${roomId}/send/m.room.message/t1`, { body: "hi" }, ada);
  const { event_id } = (await send(first)).body;
  const login = { type: "m.login.password", user: "slack_ada", password: "" };
  expect((await request(first.homeserver.url, "POST", `${V3}/login`, login)).body.errcode).toBe(
    "M_FORBIDDEN",
  );
  await first.homeserver.close();

  expect((await send(await openServer(dataDir))).body.event_id).toBe(event_id);
});

const whoAmI = async (url: string, token: string, query = "") =>
  (await request(url, "GET", `${V3}/account/whoami${query}`, undefined, token)).body;

test("it logs in as a user of its namespace, who has a device then", async () => {
  const { homeserver, registerUser } = await openServer();
  await registerUser("slack_bot", AS_TOKEN);
  const logIn = (user: string, token?: string) =>
    request(
      ...([homeserver.url, "POST", `${V3}/login`] as const),
      { type: "m.login.application_service", identifier: { type: "m.id.user", user } },
      token,
    );
  const { body } = await logIn("slack_bot", AS_TOKEN);
  expect(body).toMatchObject({ user_id: "@slack_bot:dev.localhost", device_id: expect.any(String) });
  expect(await whoAmI(homeserver.url, body.access_token)).toMatchObject({ device_id: body.device_id });
  await register(homeserver, "grace");
  expect((await logIn("grace", AS_TOKEN)).body.errcode).toBe("M_EXCLUSIVE");
  expect((await logIn("slack_bot", body.access_token)).body.errcode).toBe("M_UNKNOWN_TOKEN");
  expect((await logIn("slack_bot")).body.errcode).toBe("M_MISSING_TOKEN");
});

test("one that makes devices by itself acts on them, and has no login", async () => {
  const service = { ...SLACK, "io.element.msc4190": true };
  const { url } = await startTestHomeserver({ appservices: [service] });
  const body = { type: "m.login.application_service", identifier: { type: "m.id.user", user: "slackbot" } };
  expect((await request(url, "POST", `${V3}/login`, body, AS_TOKEN)).body.errcode).toMatch(/MSC4190/);
  const acting = "?device_id=BRIDGE";
  expect(await whoAmI(url, AS_TOKEN, acting)).toMatchObject({ errcode: "M_UNKNOWN_DEVICE" });
  await request(url, "PUT", `${V3}/devices/BRIDGE`, { display_name: "Bridge" }, AS_TOKEN);
  expect(await whoAmI(url, AS_TOKEN, acting)).toMatchObject({ device_id: "BRIDGE" });
  // Until it logs that one out.
  await request(url, "POST", `${V3}/logout${acting}`, {}, AS_TOKEN);
  expect(await whoAmI(url, AS_TOKEN, acting)).toMatchObject({ errcode: "M_UNKNOWN_DEVICE" });
});
