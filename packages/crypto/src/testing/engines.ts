import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Crypto, RoomKey } from "../engine/crypto.ts";
import { openEngine } from "../engine/engine.ts";
import type { DevicePolicy, Room } from "../engine/room-settings.ts";
import { type KeyServer, keyServer } from "./key-server.ts";

/** A device with its engine, at this server. */
export interface Device extends Crypto {
  userId: string;
  keys: RoomKey[];
  /** The states of the verification, as they came. */
  told: string[];
  warnings: string[];
  /** One sync and what it makes the device send. */
  sync(): Promise<void>;
}

/** For the tests of a file: devices, and what they say to each other. All is closed after each test. */
export function engines() {
  let folder = "";
  let count = 0;
  const opened = new Set<Crypto>();
  const servers: KeyServer[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-crypto-"));
  });
  afterEach(async () => {
    await Promise.all([...opened].map((engine) => engine.close()));
    opened.clear();
    await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
  });
  afterAll(() => rm(folder, { recursive: true }));

  return {
    async startServer(): Promise<KeyServer> {
      const server = await keyServer();
      servers.push(server);
      return server;
    },

    newFile: () => join(folder, `${++count}.db`),

    async device(
      server: KeyServer,
      name: string,
      deviceId: string,
      { file, devices = "all" }: { file?: string; devices?: DevicePolicy } = {},
    ): Promise<Device> {
      const userId = `@${name}:rook.test`;
      const keys: RoomKey[] = [];
      const told: string[] = [];
      const warnings: string[] = [];
      const engine = await openEngine({
        userId,
        deviceId,
        file: file ?? join(folder, `${++count}.db`),
        storeKey: STORE_KEY,
        http: server.httpOf(userId, deviceId),
        devices,
        onRoomKeys: (came) => keys.push(...came),
        onVerifications: ([first]) => told.push(first?.state ?? "none"),
        onWarning: (message) => warnings.push(message),
      });
      const made: Device = {
        ...engine,
        userId,
        keys,
        told,
        warnings,
        async sync() {
          await engine.handleSync(await server.sync(userId, deviceId));
          await engine.outgoing();
        },
        async close() {
          opened.delete(made);
          await engine.close();
        },
      };
      opened.add(made);
      await made.sync();
      return made;
    },
  };
}

export const STORE_KEY = new Uint8Array(32).fill(7);
export const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2" };

export const room = (people: { userId: string }[], encryption: object = MEGOLM): Room => ({
  roomId: "!room:rook.test",
  members: people.map(({ userId }) => userId),
  encryption,
});

let events = 0;
export const event = (sender: Device, content: object) => ({
  type: "m.room.encrypted",
  event_id: `$${++events}`,
  room_id: "!room:rook.test",
  sender: sender.userId,
  origin_server_ts: Date.now(),
  content,
});

export const text = (body: string) => ({ msgtype: "m.text", body });

export async function say(from: Device, to: Device[], body: string, encryption?: object): Promise<object> {
  const content = await from.encrypt(room([from, ...to], encryption), "m.room.message", text(body));
  return event(from, content);
}

export const read = (by: Device, encrypted: object) => by.decrypt("!room:rook.test", encrypted);
export const sessionOf = (encrypted: object) =>
  (encrypted as { content: { session_id: string } }).content.session_id;
export const code = (wanted: string) => expect.objectContaining({ name: "CryptoError", code: wanted });
