import { join } from "node:path";
import { openCrypto } from "@rookery/crypto";
import { MatrixError } from "matrix-bot-sdk";
import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";
import type { TestUser } from "./homeserver.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ALGORITHM = "m.megolm.v1.aes-sha2";

/** What somebody could read of a room, or the type of what they could not. */
export interface Read {
  sender: string;
  /** As the homeserver has it. */
  wire: { type: string; content: Record<string, unknown> };
  body: unknown;
}

let transactions = 0;

/** A test's user with a device that encrypts; it ends with the test. */
export function withEncryption(user: TestUser) {
  let since: string | null = null;
  /** Keys that are on their way, where they are held up. */
  let heldUp: (() => Promise<unknown>)[] | null = null;
  const crypto = openCrypto({
    ...{ userId: user.userId, deviceId: user.deviceId, storeKey: new Uint8Array(32) },
    file: join(temporaryDirectory(), "encryption.db"),
    http: {
      async request(method, path, body) {
        const send = () => user.client.doRequest(method, path, null, body);
        if (heldUp && path.includes("/sendToDevice/m.room.encrypted/")) {
          heldUp.push(send);
          return { status: 200, body: {} };
        }
        try {
          return { status: 200, body: (await send()) as unknown };
        } catch (error) {
          if (error instanceof MatrixError) return { status: error.statusCode, body: error.body };
          throw error;
        }
      },
    },
  });
  onTestFinished(() => crypto.close());
  const members = new Map<string, string[]>();

  return {
    ...user,
    crypto,
    /** A new encrypted room; resolves when who is invited has joined. @param join for who does not by itself */
    async encryptedRoom(other: string, join?: (roomId: string) => Promise<unknown>): Promise<string> {
      const setting = { type: "m.room.encryption", state_key: "", content: { algorithm: ALGORITHM } };
      const roomId = await user.client.createRoom({ invite: [other], initial_state: [setting] });
      members.set(roomId, [user.userId, other]);
      await join?.(roomId);
      await eventually(`${other} to join`, async () =>
        (await user.client.getJoinedRoomMembers(roomId)).includes(other),
      );
      return roomId;
    },
    /** @returns the event's ID */
    async say(roomId: string, body: string): Promise<string> {
      const room = { roomId, members: members.get(roomId) ?? [], encryption: { algorithm: ALGORITHM } };
      const content = await crypto.encrypt(room, "m.room.message", { msgtype: "m.text", body });
      return await user.client.putEvent(roomId, "m.room.encrypted", `e${++transactions}`, content);
    },
    /** From now on the keys that it sends do not arrive, until they are let go. */
    holdUpKeys() {
      heldUp = [];
      return async () => {
        for (const send of heldUp ?? []) await send();
        heldUp = null;
      };
    },
    /** What others have said in a room, as far as this device can read it. */
    async read(roomId: string): Promise<Read[]> {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
      const { chunk } = (await user.client.doRequest("GET", path, { dir: "f", limit: 1000 })) as {
        chunk: (Read["wire"] & { sender: string; state_key?: string })[];
      };
      // Behind them: the keys of what stands there have come by then.
      const sync = (await user.client.sync({
        ...{ since, filter: "{}", timeoutMs: 0, signal: new AbortController().signal },
      })) as { next_batch: string };
      await crypto.handleSync(sync);
      await crypto.outgoing();
      since = sync.next_batch;
      const said = chunk.filter(({ sender, state_key }) => sender !== user.userId && state_key === undefined);
      return await Promise.all(
        said.map(async (event) => {
          const wire = { type: event.type, content: event.content };
          if (event.type !== "m.room.encrypted")
            return { sender: event.sender, wire, body: event.content.body };
          const decryption = await crypto.decrypt(roomId, event);
          return {
            ...{ sender: event.sender, wire },
            body: decryption.isDecrypted ? decryption.content.body : `(${decryption.message})`,
          };
        }),
      );
    },
  };
}
