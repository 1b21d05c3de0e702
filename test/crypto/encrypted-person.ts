import { Attachment, EncryptedAttachment } from "@matrix-org/matrix-sdk-crypto-wasm";
import {
  createClient,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  RoomEvent,
  RoomMemberEvent,
} from "matrix-js-sdk";
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import type { Login } from "../synapse/synapse.ts";

const logger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  getChild: () => logger,
};

/** Somebody with the library that is inside Element, and its Rust encryption. */
export interface EncryptedPerson extends AsyncDisposable {
  client: MatrixClient;
  /** Makes a room with somebody; resolves when this device knows that they have joined (or are invited), and encrypts for them. */
  roomWith(userId: string, encryption?: object, until?: "join" | "invite"): Promise<string>;
  /** Texts that this device could read, by their sender, in order; at the time of asking. */
  heard(roomId: string, sender: string): string[];
  /** Waits until the device has read the text. */
  hears(roomId: string, text: string): Promise<MatrixEvent>;
  /** Waits for an event, as the device reads it. */
  finds(roomId: string, isIt: (event: MatrixEvent) => boolean): Promise<MatrixEvent>;
  /** A file of an encrypted event: as the homeserver has it, and as it was. */
  opens(file: { url: string }): Promise<{ stored: Response; bytes: Buffer }>;
  /** Events that this device could not decrypt, up to now. */
  undecryptable(roomId: string): MatrixEvent[];
}

export async function startEncryptedPerson(
  baseUrl: string,
  { userId, deviceId, accessToken }: Login,
  cryptoCallbacks: CryptoCallbacks = {},
): Promise<EncryptedPerson> {
  const client = createClient({ baseUrl, userId, deviceId, accessToken, logger, cryptoCallbacks });
  await client.initRustCrypto({ useIndexedDB: false });
  const events: MatrixEvent[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  client.on(RoomEvent.Timeline, (event, _room, toStartOfTimeline) => {
    if (toStartOfTimeline) return;
    events.push(event);
    changed();
  });
  client.on(MatrixEventEvent.Decrypted, changed);
  const isText = (event: MatrixEvent) => event.getType() === "m.room.message" && !event.isDecryptionFailure();
  const inRoom = (roomId: string) => events.filter((event) => event.getRoomId() === roomId);
  const finds = (roomId: string, isIt: (event: MatrixEvent) => boolean) =>
    new Promise<MatrixEvent>((resolve) => {
      const look = () => {
        const found = inRoom(roomId).find(isIt);
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    });
  await client.startClient({ initialSyncLimit: 1000 });
  await keysAreKnown(client, userId, deviceId);
  return {
    client,
    async roomWith(other, encryption, until = "join") {
      const { room_id: roomId } = await client.createRoom({
        invite: [other],
        ...(encryption && {
          initial_state: [{ type: "m.room.encryption", state_key: "", content: encryption }],
        }),
      });
      await new Promise<void>((resolve) => {
        const look = () => {
          if (client.getRoom(roomId)?.getMember(other)?.membership !== until) return;
          client.off(RoomMemberEvent.Membership, look);
          resolve();
        };
        client.on(RoomMemberEvent.Membership, look);
        look();
      });
      return roomId;
    },
    heard: (roomId, sender) =>
      inRoom(roomId).flatMap((event) =>
        isText(event) && event.getSender() === sender ? [String(event.getContent().body)] : [],
      ),
    finds,
    hears: (roomId, text) => finds(roomId, (event) => isText(event) && event.getContent().body === text),
    async opens(file) {
      const url = client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true) ?? "";
      const stored = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
      if (!stored.ok) throw new Error(`${file.url}: ${stored.status}`);
      const encrypted = new Uint8Array(await stored.clone().arrayBuffer());
      const attachment = new EncryptedAttachment(encrypted, JSON.stringify(file));
      return { stored, bytes: Buffer.from(Attachment.decrypt(attachment)) };
    },
    undecryptable: (roomId) => inRoom(roomId).filter((event) => event.isDecryptionFailure()),
    async [Symbol.asyncDispose]() {
      client.stopClient();
    },
  };
}

/** The library sends a device's keys when it has time; before, nobody can send it anything. */
async function keysAreKnown(client: MatrixClient, userId: string, deviceId: string): Promise<void> {
  for (;;) {
    const { device_keys } = await client.downloadKeysForUsers([userId]);
    if (device_keys[userId]?.[deviceId] !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
