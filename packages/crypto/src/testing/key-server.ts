import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import type { Http, HttpResponse } from "../http.ts";

/** The development homeserver for tests and the bench of encryption: all who use it are in one room. */
export interface KeyServer extends AsyncDisposable {
  /** A device's way in. It is logged in with its first request, and its user registered. */
  httpOf(userId: string, deviceId: string): Http;
  /** What has come for the device since the last time: a `/sync` response. */
  sync(userId: string, deviceId: string): Promise<object>;
  /** Takes the device away, as a logout does. */
  removeDevice(userId: string, deviceId: string): Promise<void>;
  /** If set, any cross-signing identity is taken with this password only, as older homeservers do it. */
  password: string | undefined;
  /** If set, a 401 with this in it is the answer to an identity, but for that of the session that was approved. */
  approval: { asks: { session: string; flows: object[]; params?: object }; approved?: string } | undefined;
  /**
   * Requests that it answers with a 503. Who asks tries it again then, for as long as that has patience, as hosts do.
   */
  refuses: ((method: string, path: string) => boolean) | undefined;
  /** Of the room. */
  readonly roomId: string;
  /** All requests of devices so far, as `METHOD path`. */
  readonly requests: string[];
}

const PASSWORD = "correct horse";
const CLIENT = "/_matrix/client/v3";

interface Device {
  call: Http["request"];
  /** Of the last sync. */
  since?: string;
}

export async function keyServer(): Promise<KeyServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "rookery-key-server-"));
  const homeserver = await startDevHomeserver({ dataDir, serverName: "rook.test" });
  const requests: string[] = [];
  const users = new Map<string, Promise<void>>();
  const devices = new Map<string, Promise<Device>>();
  let room: string | undefined;

  async function request(
    method: string,
    path: string,
    body: unknown,
    accessToken?: string,
  ): Promise<HttpResponse> {
    const answer = await fetch(homeserver.url + path, {
      method,
      headers: accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async function register(userId: string): Promise<void> {
    const username = userId.slice(1, userId.indexOf(":"));
    const account = { username, password: PASSWORD, auth: { type: "m.login.dummy" } };
    const { body } = await request("POST", `${CLIENT}/register`, account);
    const { access_token: token } = body as { access_token: string };
    if (room === undefined) {
      const made = await request("POST", `${CLIENT}/createRoom`, { preset: "public_chat" }, token);
      room = (made.body as { room_id: string }).room_id;
    } else await request("POST", `${CLIENT}/join/${encodeURIComponent(room)}`, {}, token);
    await request("POST", `${CLIENT}/logout`, {}, token);
  }

  async function logIn(userId: string, deviceId: string): Promise<Device> {
    // One after the other: the first one makes the room.
    const registered = users.get(userId) ?? Promise.all(users.values()).then(() => register(userId));
    users.set(userId, registered);
    await registered;
    const identifier = { type: "m.id.user", user: userId };
    const login = { type: "m.login.password", identifier, password: PASSWORD, device_id: deviceId };
    const { access_token: token } = (await request("POST", `${CLIENT}/login`, login)).body as {
      access_token: string;
    };
    return { call: (method, path, body) => request(method, path, body, token) };
  }

  function device(userId: string, deviceId: string): Promise<Device> {
    const name = `${userId} ${deviceId}`;
    const found = devices.get(name) ?? logIn(userId, deviceId);
    devices.set(name, found);
    return found;
  }

  const server: KeyServer = {
    password: undefined,
    approval: undefined,
    refuses: undefined,
    get roomId() {
      if (room === undefined) throw new Error("Nobody is there yet.");
      return room;
    },
    requests,
    httpOf: (userId, deviceId) => ({
      async request(method, path, body, patienceMs) {
        requests.push(`${method} ${path}`);
        while (server.refuses?.(method, path)) {
          if (patienceMs !== undefined) return { status: 503, body: {} };
          await delay(5);
        }
        const { auth } = (body ?? {}) as { auth?: { password?: string; session?: string } };
        const { asks, approved } = server.approval ?? {};
        if (asks && path.endsWith("/device_signing/upload")) {
          if (approved === undefined || auth?.session !== approved) return { status: 401, body: asks };
          // Here the homeserver itself would ask for a password.
          const { auth: _, ...keys } = body as Record<string, unknown>;
          const withPassword = {
            type: "m.login.password",
            identifier: { type: "m.id.user", user: userId },
            password: PASSWORD,
          };
          return await (await device(userId, deviceId)).call(method, path, { ...keys, auth: withPassword });
        }
        const isAsked = server.password !== undefined && path.endsWith("/device_signing/upload");
        if (isAsked && auth?.password !== server.password)
          return { status: 401, body: { session: "session", flows: [{ stages: ["m.login.password"] }] } };
        return await (await device(userId, deviceId)).call(method, path, body);
      },
    }),
    async sync(userId, deviceId) {
      const of = await device(userId, deviceId);
      const query = of.since === undefined ? "" : `?since=${of.since}`;
      const { body } = await of.call("GET", `${CLIENT}/sync${query}`);
      of.since = (body as { next_batch: string }).next_batch;
      return body as object;
    },
    async removeDevice(userId, deviceId) {
      await (await device(userId, deviceId)).call("POST", `${CLIENT}/logout`);
      devices.delete(`${userId} ${deviceId}`);
    },
    async [Symbol.asyncDispose]() {
      await homeserver.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return server;
}
