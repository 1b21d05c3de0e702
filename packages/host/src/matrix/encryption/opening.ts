import { type AccountCrypto, CryptoError, type RoomKey } from "@rookery/crypto/account";
import { AppError } from "../../errors.ts";
import { attempt, isOf } from "./attempts.ts";
import { whyNotBegin } from "./device-check.ts";
import type { EncryptionHttp } from "./http.ts";
import type { EncryptionPlace } from "./place.ts";
import { takeOver } from "./taking-over.ts";

/** `unused`: the account saw no encrypted room yet; its keys may be known. `unavailable`: `reason` says why. */
export interface EncryptionState {
  status: "unused" | "starting" | "on" | "unavailable";
  reason: string | null;
}

/** An account's encryption, which is opened when it is wanted for the first time. */
export interface Opening {
  readonly state: Readonly<EncryptionState>;
  /** What is open, or about to be; `undefined` where nobody wanted it. */
  readonly begun: Promise<AccountCrypto> | undefined;
  /**
   * Begins with it.
   *
   * @throws AppError `ENCRYPTION_FAILED` where it is unavailable; CryptoError `CLOSED`
   */
  crypto(): Promise<AccountCrypto>;
  /** What went wrong with it, as it is to be thrown. A file that is of no use is given up, until there is another login. */
  given(error: unknown): unknown;
  /** Ends its thread. */
  close(): Promise<void>;
}

const NO_DEVICE =
  "The homeserver gave this user of an application service no device, and without one there is no encryption. Log the account in again once it does (docs/operating.md, Bridges).";

export function createOpening(options: {
  userId: string;
  deviceId: string;
  place: EncryptionPlace;
  http: EncryptionHttp;
  /** The account ends. */
  signal: AbortSignal;
  /** Resolves when nobody else has the file. */
  untilFree: () => Promise<void>;
  onRoomKeys: (keys: RoomKey[]) => void;
  onError: (message: string, error: unknown) => void;
}): Opening {
  const { userId, deviceId, place, signal, untilFree, onRoomKeys, onError } = options;
  const http = options.http.until(signal);
  const wasInUse = (place.isThere() && !place.isResting()) || place.before().length > 0;
  const isNeeded = wasInUse || place.knowsRooms();
  const state: EncryptionState = { status: isNeeded ? "starting" : "unused", reason: null };
  let begun: Promise<AccountCrypto> | undefined;
  if (deviceId === "") refuse(NO_DEVICE);

  function refuse(reason: string): AppError {
    Object.assign(state, { status: "unavailable", reason });
    return new AppError("ENCRYPTION_FAILED", reason);
  }

  async function open(): Promise<AccountCrypto> {
    state.status = "starting";
    if (!place.isThere()) await checkDevice();
    const opened = place.open({
      ...{ http, onRoomKeys },
      onWarning: (message) => onError(`The encryption of ${userId}: ${message}`, null),
    });
    try {
      await attempt(opened.status);
    } catch (error) {
      throw given(error);
    }
    await takeOver(opened, place, (error) => {
      if (signal.aborted) return;
      const text = `What the login of ${userId} before knew could not be taken over: enter its recovery key.`;
      onError(text, error);
    });
    state.status = "on";
    return opened;
  }

  function given(error: unknown): unknown {
    if (!isOf(error, "STORE")) return error;
    onError(`The encryption of ${userId} cannot be opened: its encrypted rooms cannot be read.`, error);
    return refuse(
      `${error.message} Log the account in again with its password, or its application service's token: it is a new device then, with a file of its own.`,
    );
  }

  async function checkDevice(): Promise<void> {
    const why = await whyNotBegin(options, http).catch((error: unknown) => {
      throw options.http.failed(error);
    });
    if (why === null) return;
    onError(why, null);
    throw refuse(why);
  }

  return {
    state,
    given,
    get begun() {
      return begun;
    },

    async crypto() {
      if (signal.aborted) throw new CryptoError("CLOSED", userId);
      if (state.status === "unavailable") throw new AppError("ENCRYPTION_FAILED", state.reason ?? "");
      await untilFree();
      begun ??= open();
      try {
        return await begun;
      } catch (error) {
        begun = undefined;
        throw error;
      }
    },

    async close() {
      // That it could not be opened was told to who wanted it.
      const opened = await begun?.catch(() => undefined);
      await opened?.close();
    },
  };
}
