import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import type { SyncBatch } from "../sync-response.ts";
import { ATTEMPTS, isOf } from "./attempts.ts";
import type { Opening } from "./opening.ts";
import type { Outgoing } from "./outgoing.ts";
import type { EncryptionPlace } from "./place.ts";
import { isOfVerification } from "./verification-events.ts";

/** What an account's syncs have for its encryption. */
export interface EncryptionSyncs {
  /** See `AccountEncryption.handleSync`. */
  handle(response: unknown, batch: Pick<SyncBatch, "hasEncryption">): Promise<void>;
  /** Its keys were made, and nothing else. */
  rested(): void;
}

/** A sync does not wait longer for the first keys to be sent: the homeserver may be slow. */
const BEGINNING_MS = 10_000;

export function createEncryptionSyncs(options: {
  userId: string;
  place: EncryptionPlace;
  opening: Opening;
  outgoing: Outgoing;
  /** What is left out. */
  onError: (message: string, error: unknown) => void;
  /** It is tried again with the next sync. */
  onNotBegun: (error: unknown) => void;
}): EncryptionSyncs {
  const { userId, place, opening, outgoing, onError, onNotBegun } = options;
  let isResting = place.isResting();
  let failures = 0;
  /** What the machine was last told of its one-time and fallback keys. */
  let keysTold = "";
  /** When the first sync with encryption has waited long enough. */
  let beginning: Promise<undefined> | undefined;

  async function feed(changes: SyncChanges): Promise<void> {
    const told = JSON.stringify([
      changes.device_one_time_keys_count,
      changes.device_unused_fallback_key_types,
    ]);
    if (told === keysTold && !hasNews(changes)) return outgoing.flushLeft();
    const isFirst = opening.state.status !== "on";
    // While it rested nobody looked at which devices the account has.
    const { changed = [], left = [] } = changes.device_lists ?? {};
    const now = isResting ? { ...changes, device_lists: { changed: [...changed, userId], left } } : changes;
    // What others send to a device that has keys comes once; one that has none yet is sent nothing.
    const opened = await (place.isThere() ? opening.crypto() : inTime(opening.crypto()));
    if (!opened) return;
    try {
      await opened.handleSync(now);
    } catch (error) {
      // Nothing of it is left out for a disk that is full.
      if (isOf(error, "STORE_FAILED") || isOf(error, "NO_ROOM")) throw error;
      if (isOf(error, "STORE")) throw opening.given(error);
      if (++failures < ATTEMPTS) throw error;
      onError(
        `What a sync of ${userId} brought for its encryption could not be taken in, and is left out.`,
        error,
      );
    }
    failures = 0;
    isResting = false;
    keysTold = told;
    outgoing.flush();
    // Whoever sees the account join is to find its keys.
    if (isFirst && outgoing.underWay) await inTime(outgoing.underWay);
  }

  const inTime = <T>(work: Promise<T>): Promise<T | undefined> => {
    beginning ??= delay(BEGINNING_MS, undefined, { ref: false });
    return Promise.race([work, beginning]);
  };

  return {
    async handle(response, { hasEncryption }) {
      const { status } = opening.state;
      if (status === "unavailable" || (status === "unused" && !hasEncryption)) return;
      try {
        await feed(response as SyncChanges);
      } catch (error) {
        if (!(error instanceof AppError && error.code === "ENCRYPTION_FAILED")) throw error;
        // Plain rooms go on. Why it is unavailable was told.
        if (opening.state.reason === null) onNotBegun(error);
      }
    },
    rested() {
      isResting = true;
    },
  };
}

/** The parts of a sync that are looked at here: https://spec.matrix.org/latest/client-server-api/#extensions-to-sync-1 */
interface SyncChanges {
  to_device?: { events?: unknown[] };
  device_lists?: { changed?: unknown[]; left?: unknown[] };
  device_one_time_keys_count?: unknown;
  device_unused_fallback_key_types?: unknown;
  rooms?: { join?: Record<string, { timeline?: { events?: unknown[] } }> };
}

const hasNews = ({ to_device, device_lists, rooms }: SyncChanges): boolean =>
  [to_device?.events, device_lists?.changed, device_lists?.left].some(
    (list) => Array.isArray(list) && list.length > 0,
  ) || Object.values(rooms?.join ?? {}).some(({ timeline }) => timeline?.events?.some(isOfVerification));
