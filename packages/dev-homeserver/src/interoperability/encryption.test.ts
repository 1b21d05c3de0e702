import { randomBytes } from "node:crypto";
import {
  ClientEvent,
  createClient,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { request, startTestHomeserver } from "../testing/homeserver.ts";

vi.setConfig({ testTimeout: 30_000 });
// Parts of the library use a logger of their own still.
vi.spyOn(console, "debug").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});
vi.spyOn(console, "warn").mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());
const logger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  getChild: () => logger,
};

/** A device with the library that is inside Element, and its Rust encryption. */
async function start(
  url: string,
  user: string,
  cryptoCallbacks: CryptoCallbacks = {},
): Promise<MatrixClient> {
  const account = { username: user, password: "secret", auth: { type: "m.login.dummy" } };
  await request(url, "POST", "/_matrix/client/v3/register", { ...account, inhibit_login: true });
  const identifier = { type: "m.id.user", user };
  const login = { type: "m.login.password", identifier, password: "secret" };
  const { user_id, device_id, access_token } = (await request(url, "POST", "/_matrix/client/v3/login", login))
    .body;
  const client = createClient({
    ...{ baseUrl: url, logger, cryptoCallbacks },
    ...{ userId: user_id, deviceId: device_id, accessToken: access_token },
  });
  await client.initRustCrypto({ useIndexedDB: false });
  const prepared = new Promise<void>((resolve) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) resolve();
    });
  });
  await client.startClient();
  onTestFinished(() => client.stopClient());
  await prepared;
  return client;
}

/** Resolves with the first event that the client could read this text in. */
function reads(client: MatrixClient, text: string): Promise<MatrixEvent> {
  return new Promise((resolve) => {
    const look = (event: MatrixEvent) => {
      if (event.getContent().body === text) resolve(event);
    };
    client.on(RoomEvent.Timeline, look);
    client.on(MatrixEventEvent.Decrypted, look);
  });
}

test("matrix-js-sdk encrypts both ways, signs its device, and another one by the recovery key", async () => {
  const { url } = await startTestHomeserver();
  const key = { keyId: "", privateKey: new Uint8Array(randomBytes(32)) };
  const callbacks: CryptoCallbacks = {
    cacheSecretStorageKey: (keyId) => {
      key.keyId = keyId;
    },
    getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0] ?? "", key.privateKey],
  };
  const [alice, bob] = [await start(url, "alice", callbacks), await start(url, "bob")];
  const crypto = alice.getCrypto();
  await crypto?.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: async (upload) => void (await upload(null)),
  });
  await crypto?.bootstrapSecretStorage({
    createSecretStorageKey: async () => ({ privateKey: key.privateKey }),
    setupNewSecretStorage: true,
  });
  const encryption = {
    type: "m.room.encryption",
    state_key: "",
    content: { algorithm: "m.megolm.v1.aes-sha2" },
  };
  const { room_id } = await alice.createRoom({
    invite: [bob.getUserId() ?? ""],
    initial_state: [encryption],
  });
  await bob.joinRoom(room_id);
  const joined = new Promise<void>((resolve) => {
    alice.on(RoomEvent.Timeline, (event) => {
      if (event.getStateKey() === bob.getUserId() && event.getContent().membership === "join") resolve();
    });
  });
  if (alice.getRoom(room_id)?.getMember(bob.getUserId() ?? "")?.membership !== "join") await joined;
  const heard = reads(bob, "hello");
  await alice.sendTextMessage(room_id, "hello");
  expect((await heard).isEncrypted()).toBe(true);
  const answered = reads(alice, "hello yourself");
  await bob.sendTextMessage(room_id, "hello yourself");
  await answered;

  const seen = await bob
    .getCrypto()
    ?.getDeviceVerificationStatus(alice.getUserId() ?? "", alice.getDeviceId() ?? "");
  expect(seen?.signedByOwner).toBe(true);

  const laptop = await start(url, "alice", callbacks);
  await laptop.getCrypto()?.bootstrapCrossSigning({});
  const { device_keys } = await laptop.downloadKeysForUsers([laptop.getUserId() ?? ""]);
  const ofLaptop = device_keys[laptop.getUserId() ?? ""]?.[laptop.getDeviceId() ?? ""];
  // Its own, and that of the identity.
  expect(Object.keys(ofLaptop?.signatures?.[laptop.getUserId() ?? ""] ?? {})).toHaveLength(2);
});
