import { type OlmMachine, RoomId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Http } from "../http.ts";
import { backedUpKey } from "./backed-up-key.ts";
import { inTime } from "./deadline.ts";
import type { Locks } from "./locks.ts";
import { BackedUpSession, parse } from "./parse.ts";
import { CLIENT, ok } from "./requests.ts";

/** A key that was not in the backup may be there later: another device of the account has it to put there first. */
const AGAIN_AFTER_MS = 20_000;
/** Of what was asked for so much is kept. */
const KEPT = 10_000;

/** Single room keys out of the account's backup, for what came without its key. */
export interface AskedKeys {
  /**
   * Asks for a key, where there is a backup and it was not asked for just now.
   *
   * @returns whether the answer is still to come; `onAnswer` tells of it
   */
  ask(roomId: string, sessionId: string): Promise<boolean>;
}

/** @param onAnswer the key has come, or was not there */
export function askedKeys(
  machine: OlmMachine,
  http: Http,
  locks: Locks,
  onAnswer: (key: { roomId: string; sessionId: string }) => void,
): AskedKeys {
  const asking = new Set<string>();
  const askedAt = new Map<string, number>();

  async function fetchOne(roomId: string, sessionId: string): Promise<void> {
    const { decryptionKey, backupVersion } = await inTime("the backup's key", machine.getBackupKeys());
    if (decryptionKey === undefined || backupVersion === undefined) return;
    const [room, session, version] = [roomId, sessionId, backupVersion].map(encodeURIComponent);
    const path = `${CLIENT}/room_keys/keys/${room}/${session}?version=${version}`;
    const answer = await http.request("GET", path);
    if (answer.status === 404) return;
    const content = backedUpKey(decryptionKey, sessionId, parse(BackedUpSession, ok(answer, path), path));
    const keys = new Map([[new RoomId(roomId), new Map([[sessionId, content]])]]);
    await inTime(
      "import a room key",
      machine.importBackedUpRoomKeys(keys, () => undefined, backupVersion),
    );
  }

  return {
    async ask(roomId, sessionId) {
      const name = `${roomId} ${sessionId}`;
      if (asking.has(name)) return true;
      if ((askedAt.get(name) ?? 0) + AGAIN_AFTER_MS > Date.now()) return false;
      if (!(await inTime("backup", machine.isBackupEnabled()))) return false;
      if (asking.has(name)) return true;
      asking.add(name);
      if (askedAt.size >= KEPT) askedAt.clear();
      askedAt.set(name, Date.now());
      locks
        .run("asked keys", () => fetchOne(roomId, sessionId))
        // A damaged key, or a homeserver that refuses: the key is not there.
        .catch(() => undefined)
        .finally(() => {
          asking.delete(name);
          onAnswer({ roomId, sessionId });
        });
      return true;
    },
  };
}
