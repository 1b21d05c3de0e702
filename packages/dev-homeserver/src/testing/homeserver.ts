import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type DevHomeserver, type DevHomeserverOptions, startDevHomeserver } from "../index.ts";

/** An answer of the server: status, headers and JSON body. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into bodies; a wrong path fails the expectation
  readonly body: any;
}

/** Somebody who is logged in, and makes requests below `/_matrix/client/v3`. */
export interface TestUser {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, body?: unknown) => Promise<Reply>;
  readonly put: (path: string, body?: unknown) => Promise<Reply>;
  readonly delete: (path: string) => Promise<Reply>;
  /** `/sync` with these parameters; objects are sent as JSON. Returns the body. */
  readonly sync: (parameters?: Record<string, unknown>) => Promise<Reply["body"]>;
  /** Sends a text and returns its event ID. */
  readonly say: (roomId: string, text: string, more?: object) => Promise<string>;
}

let count = 0;

/** A directory that goes away with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "dev-homeserver-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A homeserver that ends with the test. */
export async function startTestHomeserver(
  options: Partial<DevHomeserverOptions> = {},
): Promise<DevHomeserver> {
  const homeserver = await startDevHomeserver({ dataDir: temporaryDirectory(), ...options });
  onTestFinished(() => homeserver.close());
  return homeserver;
}

/** One request, with a token if there is one. */
export async function request(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  accessToken?: string,
): Promise<Reply> {
  const headers = accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` };
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const response = await fetch(url + path, {
    method,
    headers,
    ...(text === undefined ? {} : { body: text }),
  });
  return { status: response.status, headers: response.headers, body: await jsonOf(response) };
}

/** The JSON body of an answer, for tests to look into. */
export async function jsonOf(response: Response): Promise<Reply["body"]> {
  return response.json();
}

/** Acts for somebody whose token is known. */
export function actAs(
  url: string,
  login: { user_id: string; access_token: string; device_id: string },
): TestUser {
  const call = (method: string) => (path: string, body?: unknown) =>
    request(url, method, `/_matrix/client/v3${path}`, body, login.access_token);
  const [get, put] = [call("GET"), call("PUT")];
  return {
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
    get,
    put,
    post: call("POST"),
    delete: call("DELETE"),
    async sync(parameters = {}) {
      const query = new URLSearchParams();
      for (const [key, value] of Object.entries(parameters))
        query.set(key, typeof value === "object" ? JSON.stringify(value) : String(value));
      return (await get(`/sync?${query}`)).body;
    },
    async say(roomId, text, more = {}) {
      const path = `/rooms/${roomId}/send/m.room.message/t${++count}`;
      return (await put(path, { msgtype: "m.text", body: text, ...more })).body.event_id;
    },
  };
}

/** Registers a user on a server with open registration. */
export async function register({ url }: { readonly url: string }, username: string): Promise<TestUser> {
  const auth = { type: "m.login.dummy" };
  const reply = await request(url, "POST", "/_matrix/client/v3/register", {
    username,
    password: `${username}'s password`,
    auth,
  });
  if (reply.status !== 200) throw new Error(`registering ${username} failed: ${JSON.stringify(reply.body)}`);
  return actAs(url, reply.body);
}

/** A room with its creator and others who have joined it. */
export async function roomWith(
  creator: TestUser,
  others: TestUser[] = [],
  more: object = {},
): Promise<string> {
  const invite = others.map((user) => user.userId);
  const roomId: string = (await creator.post("/createRoom", { invite, ...more })).body.room_id;
  for (const user of others) await user.post(`/rooms/${roomId}/join`);
  return roomId;
}
