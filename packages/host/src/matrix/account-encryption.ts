import type { AccountCrypto, RoomKey } from "@rookery/crypto/account";
import type { HostMatrixClient } from "./client.ts";
import { createBackingUp } from "./encryption/backing-up.ts";
import { createDecrypt, type Decrypt } from "./encryption/decrypting.ts";
import { whyNotBegin } from "./encryption/device-check.ts";
import { createEncryptionHttp } from "./encryption/http.ts";
import { createOpening, type EncryptionState } from "./encryption/opening.ts";
import { createOutgoing } from "./encryption/outgoing.ts";
import type { EncryptionPlace } from "./encryption/place.ts";
import { createPublishedKeys, type PublishedKeys } from "./encryption/published-keys.ts";
import { createRoomSettings } from "./encryption/room-settings.ts";
import { createSeal, type Seal } from "./encryption/sealing.ts";
import { createEncryptionSyncs, type EncryptionSyncs } from "./encryption/syncs.ts";
import type { RoomMembers } from "./room-members.ts";
import type { RoomStates } from "./room-states.ts";
import type { Membership } from "./sync-response.ts";

export type { ReadEvents } from "./encryption/decrypting.ts";
export type { EncryptionState } from "./encryption/opening.ts";
export type { EncryptionPlace } from "./encryption/place.ts";
export type { SealedEvent } from "./encryption/sealing.ts";

/** An account's end-to-end encryption: it begins with the first encrypted room. */
export interface AccountEncryption {
  readonly state: Readonly<EncryptionState>;
  /** For as long as it is unused. */
  readonly publishedKeys: Pick<PublishedKeys, "soon">;
  /**
   * Takes in what a sync has for encryption, and begins with it where the sync shows an encrypted room. The sync's token
   * may be stored afterwards.
   *
   * @throws CryptoError `CRASHED`, `HUNG`: the same sync is to be taken in again
   */
  handleSync: EncryptionSyncs["handle"];
  /** Sends what waits to be sent, soon. */
  flush(): void;
  /** What is encrypted of a room's events is replaced by what it was. Never rejects. */
  decrypt: Decrypt;
  /** What was encrypted once stays so, whatever the room's state says. */
  isEncrypted(roomId: string): Promise<boolean>;
  /**
   * An event as it is to be sent into a room as it is now.
   *
   * @throws AppError `ENCRYPTION_FAILED`; `HOMESERVER_UNREACHABLE` and MatrixError where it is to be tried again
   */
  seal: Seal;
  /**
   * All else that an account can do with encryption; begins with it.
   *
   * @throws AppError `ENCRYPTION_FAILED` where it is unavailable
   */
  crypto(): Promise<AccountCrypto>;
  /** Ends its thread; what is under way fails. */
  close(): Promise<void>;
}

export function createAccountEncryption(options: {
  userId: string;
  deviceId: string;
  client: HostMatrixClient;
  place: EncryptionPlace;
  states: RoomStates;
  /** Who may read what is said in a room now. */
  readers: RoomMembers<Membership>;
  /** What waited for these keys can be decrypted now. */
  onRoomKeys: (keys: RoomKey[]) => void;
  onError: (message: string, error: unknown) => void;
}): AccountEncryption {
  const { userId, deviceId, client, place, states, readers, onError } = options;
  const ending = new AbortController();
  const { signal } = ending;

  const warn = (text: string) => (error: unknown) => {
    if (!signal.aborted) onError(text.replace("%s", userId), error);
  };

  const http = createEncryptionHttp(client, signal);
  const opening = createOpening({
    ...{ userId, deviceId, place, http, signal, onError },
    untilFree: () => publishedKeys.idle(),
    onRoomKeys(keys) {
      options.onRoomKeys(keys);
      backingUp.soon();
    },
  });
  const backingUp = createBackingUp({
    opened: () => opening.begun,
    onError: warn("Room keys of %s could not be backed up."),
  });
  const outgoing = createOutgoing({
    ...{ opening, signal },
    onError: warn("What %s has to tell other devices could not be sent."),
  });
  const syncs = createEncryptionSyncs({
    ...{ userId, place, opening, outgoing, onError },
    onNotBegun: warn("The encryption of %s could not begin; it is tried again."),
  });
  const publishedKeys = createPublishedKeys({
    ...{ place, httpUntil: http.until, signal },
    isUnused: () => opening.state.status === "unused" && opening.begun === undefined,
    // Whose the keys are that it has matters when there is something to read.
    mayHaveKeys: async (over) => place.isThere() || (await whyNotBegin(options, over)) === null,
    onPublished: syncs.rested,
    onError: warn(
      "The keys of %s could not be told. That is done with its first encrypted room, or the next start.",
    ),
  });
  const settingsOf = createRoomSettings(states, place);

  return {
    state: opening.state,
    publishedKeys,
    crypto: opening.crypto,
    flush: outgoing.flush,
    handleSync: syncs.handle,
    decrypt: createDecrypt({
      ...{ opening, outgoing, isThere: place.isThere },
      onError: warn("An event of a room of %s could not be decrypted."),
    }),
    isEncrypted: async (roomId) => (await settingsOf(roomId)) !== undefined,
    seal: createSeal({
      ...{ settingsOf, states, readers, devices: place.devices },
      ...{ crypto: opening.crypto, failed: http.failed, signal },
      onWaiting: warn("What %s has to say waits: it cannot be encrypted now."),
    }),

    async close() {
      ending.abort(new Error(`The encryption of ${userId} is closed.`));
      backingUp.stop();
      await publishedKeys.idle();
      await opening.close();
    },
  };
}
