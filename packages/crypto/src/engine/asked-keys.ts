import { type OlmMachine, RoomId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import { type Http, within } from "../http.ts";
import { backedUpKey } from "./backed-up-key.ts";
import { inTime } from "./deadline.ts";
import type { Locks } from "./locks.ts";
import { BackedUpSession, parse } from "./parse.ts";
import { CLIENT, errcode } from "./requests.ts";

/** A key that was not in the backup may be there later: another device of the account has it to put there first. */
const AGAIN_AFTER_MS = 20_000;
/** The homeserver that refuses is left alone for so long, and each time twice as long as before. */
const FIRST_PAUSE_MS = 20_000;
const LAST_PAUSE_MS = 5 * 60_000;
/** So long one request is tried. */
const TRIED_MS = 10_000;
/** Of what was asked for so much is kept. */
const KEPT = 10_000;
/** Whoever says what nobody can read, again and again with another key, has no more of them asked for at once. */
const MOST = 1_000;

export interface AskedKey {
  roomId: string;
  sessionId: string;
}

/** Single room keys out of the account's backup, for what came without its key. */
export interface AskedKeys {
  /**
   * Asks for a key, where there is a backup and it was not asked for just now.
   *
   * @returns whether the answer is still to come; `onAnswer` tells of it
   */
  ask(roomId: string, sessionId: string): Promise<boolean>;
  /** No answer comes any more. */
  stop(): void;
}

/** What came of asking: `refused` says nothing of whether the key is there. */
type Answer = "came" | "not-there" | "refused";

export function askedKeys(options: {
  machine: OlmMachine;
  http: Http;
  locks: Locks;
  /**
   * The key has come, or was not there, or it is time to ask again, since the homeserver refused. Whoever waits for it
   * still, for as long as that makes sense, decrypts again, and asks so.
   */
  onAnswer: (key: AskedKey) => void;
  /** Something is wrong with the backup. */
  onWarning: (message: string) => void;
  /** Does it when the time is over; gives what calls it off. */
  later?: (ms: number, work: () => void) => () => void;
}): AskedKeys {
  const { machine, locks, onAnswer, onWarning, later = afterwards } = options;
  const http = within(TRIED_MS, options.http);
  const asking = new Set<string>();
  const askedAt = new Map<string, number>();
  const pauses = new Set<() => void>();
  let refusals = 0;
  let pausedUntil = 0;
  let isDamageTold = false;
  let isStopped = false;

  /** The answer's body; `null` where the key is not there, `undefined` where the homeserver says nothing of it. */
  async function get(path: string): Promise<unknown> {
    if (Date.now() < pausedUntil) return undefined;
    const said = await http
      .request("GET", path)
      .then(({ status, body }) => ({ status, body, text: `${status} ${errcode(body)}`.trim() }))
      .catch((error: Error) => ({ status: 0, body: undefined, text: error.message }));
    if (said.status === 404) return null;
    if (said.status >= 200 && said.status < 300) return said.body;
    if (refusals === 0 && !isStopped)
      onWarning(
        `Room keys cannot be asked of the backup for now; they are, later. The homeserver: ${said.text}`,
      );
    return undefined;
  }

  async function fetchOne(roomId: string, sessionId: string): Promise<Answer> {
    const { decryptionKey, backupVersion } = await inTime("the backup's key", machine.getBackupKeys());
    if (decryptionKey === undefined || backupVersion === undefined) return "not-there";
    const [room, session, version] = [roomId, sessionId, backupVersion].map(encodeURIComponent);
    const path = `${CLIENT}/room_keys/keys/${room}/${session}?version=${version}`;
    const body = await get(path);
    if (body === undefined) return "refused";
    refusals = 0;
    if (body === null) return "not-there";
    const content = backedUpKey(decryptionKey, sessionId, parse(BackedUpSession, body, path));
    const keys = new Map([[new RoomId(roomId), new Map([[sessionId, content]])]]);
    const imported = machine.importBackedUpRoomKeys(keys, () => undefined, backupVersion);
    const { totalCount } = await inTime("import a room key", imported);
    if (totalCount === 0) throw new CryptoError("BAD_DATA", "what was backed up is no room key");
    return "came";
  }

  /** Begins a pause, where there is none. Gives how long it lasts still. */
  function pause(): number {
    const now = Date.now();
    if (now >= pausedUntil) pausedUntil = now + Math.min(FIRST_PAUSE_MS * 2 ** refusals++, LAST_PAUSE_MS);
    return pausedUntil - now;
  }

  function damaged(sessionId: string, error: unknown): Answer {
    if (!isDamageTold && !isStopped)
      onWarning(
        `The backup has the room key ${sessionId}, but it cannot be taken in, so that what was said with it cannot be read. It is not told of others. ${(error as Error).message}`,
      );
    isDamageTold = true;
    return "not-there";
  }

  function answered(name: string, key: AskedKey): void {
    asking.delete(name);
    if (!isStopped) onAnswer(key);
  }

  async function answer(name: string, key: AskedKey): Promise<void> {
    const { roomId, sessionId } = key;
    const found = await locks
      .run("asked keys", () => fetchOne(roomId, sessionId))
      .catch((error: unknown) => damaged(sessionId, error));
    if (found !== "refused") return answered(name, key);
    askedAt.delete(name);
    const callOff = later(pause(), () => {
      pauses.delete(callOff);
      answered(name, key);
    });
    pauses.add(callOff);
  }

  return {
    async ask(roomId, sessionId) {
      const name = `${roomId} ${sessionId}`;
      if (asking.has(name)) return true;
      if (asking.size >= MOST) return false;
      if ((askedAt.get(name) ?? 0) + AGAIN_AFTER_MS > Date.now()) return false;
      if (!(await inTime("backup", machine.isBackupEnabled()))) return false;
      if (asking.has(name)) return true;
      asking.add(name);
      if (askedAt.size >= KEPT) askedAt.clear();
      askedAt.set(name, Date.now());
      void answer(name, { roomId, sessionId });
      return true;
    },
    stop() {
      isStopped = true;
      for (const callOff of pauses) callOff();
    },
  };
}

function afterwards(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}
