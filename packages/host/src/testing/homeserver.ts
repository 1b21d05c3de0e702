import { type DevHomeserver, type DevHomeserverOptions, startDevHomeserver } from "@rookery/dev-homeserver";
import { onTestFinished } from "vitest";
import type { HostMatrixClient } from "../matrix/client.ts";
import { createMatrixHttp, type MatrixHttp } from "../matrix/http.ts";
import { clientOf, logIn } from "../matrix/login.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A Matrix user of a test, with a client. */
export interface TestUser {
  userId: string;
  deviceId: string;
  accessToken: string;
  serviceToken: string | null;
  password: string;
  client: HostMatrixClient;
  /** A new room with these others in it. */
  room(others?: TestUser[]): Promise<string>;
  say(roomId: string, body: string): Promise<string>;
  /** The messages of a room, oldest first. */
  messages(roomId: string): Promise<RoomMessage[]>;
}

export interface RoomMessage {
  eventId: string;
  sender: string;
  type: string;
  content: Record<string, unknown>;
  body: unknown;
}

/** The development homeserver; it ends with the test. */
export async function startTestHomeserver(
  options: Partial<DevHomeserverOptions> = {},
): Promise<DevHomeserver> {
  const homeserver = await startDevHomeserver({
    dataDir: temporaryDirectory(),
    serverName: "test",
    ...options,
  });
  onTestFinished(() => homeserver.close());
  return homeserver;
}

/** The host's connections; they end with the test. */
export function createTestHttp(): MatrixHttp {
  const http = createMatrixHttp();
  onTestFinished(() => http.close());
  return http;
}

let transactions = 0;

/** Registers a user on a homeserver with open registration. */
export async function register(
  { url }: { url: string },
  http: MatrixHttp,
  username: string,
): Promise<TestUser> {
  const password = `the password of ${username}`;
  const answer = await http.json({
    method: "POST",
    url: `${url}/_matrix/client/v3/register`,
    body: { username, password, auth: { type: "m.login.dummy" } },
  });
  const login = answer as { user_id: string; device_id: string; access_token: string };
  const { user_id: userId, device_id: deviceId, access_token: accessToken } = login;
  return actAs(url, http, { userId, deviceId, accessToken, serviceToken: null, password });
}

/** An application service for a test's homeserver: `@slackbot`, who acts as `@slack_…` and `@other_…`. */
export const SLACK = {
  id: "slack",
  as_token: "the token of the application service",
  sender_localpart: "slackbot",
  namespaces: { users: [{ exclusive: true, regex: "@(slack|other)_.*" }] },
};

/** The user as whom the application service acts by itself, logged in. */
export async function slackbot({ url }: DevHomeserver, http: MatrixHttp): Promise<TestUser> {
  const login = await logIn({ homeserverUrl: url, accessToken: SLACK.as_token }, http);
  return actAs(url, http, { ...login, password: "" });
}

/** The same, as where a homeserver gives the users of application services no device. */
export function slackbotWithoutDevice({ url, serverName }: DevHomeserver, http: MatrixHttp): TestUser {
  const userId = `@${SLACK.sender_localpart}:${serverName}`;
  const tokens = { accessToken: SLACK.as_token, serviceToken: SLACK.as_token };
  return actAs(url, http, { userId, deviceId: "", ...tokens, password: "" });
}

function actAs(
  url: string,
  http: MatrixHttp,
  login: Omit<TestUser, "client" | "room" | "say" | "messages">,
): TestUser {
  const client = clientOf({ ...login, homeserverUrl: url }, http);

  return {
    ...login,
    client,
    async room(others = []) {
      const roomId = await client.createRoom({ invite: others.map(({ userId }) => userId) });
      for (const other of others) await other.client.joinRoom(roomId);
      return roomId;
    },
    say: (roomId, body) =>
      client.putEvent(roomId, "m.room.message", `t${++transactions}`, { msgtype: "m.text", body }),
    async messages(roomId) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
      type Page = {
        chunk: { event_id: string; sender: string; type: string; content: Record<string, unknown> }[];
        end?: string;
      };
      const chunk: Page["chunk"] = [];
      for (let from: string | undefined, more = true; more; ) {
        const query = { dir: "f", limit: 1000, ...(from === undefined ? {} : { from }) };
        const page = (await client.doRequest("GET", path, query)) as Page;
        chunk.push(...page.chunk);
        from = page.end;
        more = from !== undefined && page.chunk.length > 0;
      }
      return chunk
        .filter(({ type }) => type === "m.room.message" || type === "m.reaction")
        .map(({ event_id, sender, type, content }) => ({
          ...{ eventId: event_id, sender, type, content, body: content.body },
        }));
    },
  };
}
