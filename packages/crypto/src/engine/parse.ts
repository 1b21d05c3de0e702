import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";

const Strings = Type.Array(Type.String());

/** The parts of a `/sync` response that concern encryption, by their names there. The others may be there, too. */
export const SyncChanges = Type.Object({
  to_device: Type.Optional(Type.Object({ events: Type.Optional(Type.Array(Type.Unknown())) })),
  device_lists: Type.Optional(Type.Object({ changed: Type.Optional(Strings), left: Type.Optional(Strings) })),
  device_one_time_keys_count: Type.Optional(Type.Record(Type.String(), Type.Number())),
  device_unused_fallback_key_types: Type.Optional(Strings),
  rooms: Type.Optional(
    Type.Object({
      join: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Object({
            timeline: Type.Optional(Type.Object({ events: Type.Optional(Type.Array(Type.Unknown())) })),
          }),
        ),
      ),
    }),
  ),
});
export type SyncChanges = Static<typeof SyncChanges>;

/** The content of a room's `m.room.encryption`. Periods that are no sensible numbers count as absent. */
export const RoomEncryption = Type.Object({
  algorithm: Type.String(),
  rotation_period_ms: Type.Optional(Type.Unknown()),
  rotation_period_msgs: Type.Optional(Type.Unknown()),
});
export type RoomEncryption = Static<typeof RoomEncryption>;

export const DecryptedEvent = Type.Object({
  type: Type.String(),
  content: Type.Record(Type.String(), Type.Unknown()),
});

export const ToDeviceEvent = Type.Object({
  type: Type.String(),
  sender: Type.String(),
  content: Type.Record(Type.String(), Type.Unknown()),
});

/** An `m.key.verification.request` to this device. */
export const ToDeviceRequested = Type.Object({
  sender: Type.String(),
  content: Type.Object({ from_device: Type.String(), transaction_id: Type.String() }),
});

export const RoomState = Type.Array(
  Type.Object({
    type: Type.String(),
    state_key: Type.String(),
    content: Type.Record(Type.String(), Type.Unknown()),
  }),
);

export const Sent = Type.Object({ event_id: Type.String() });

/** An `m.room.encrypted` that says with which key it can be read. */
export const SessionEvent = Type.Object({ content: Type.Object({ session_id: Type.String() }) });

/** Of an event that was encrypted, what its decrypted form keeps. */
export const EncryptedEvent = Type.Object({ sender: Type.String(), event_id: Type.String() });

/** An event of a room's timeline. */
export const TimelineEvent = Type.Object({
  ...EncryptedEvent.properties,
  type: Type.String(),
  content: Type.Record(Type.String(), Type.Unknown()),
});

export const ErrorBody = Type.Object({
  errcode: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
});

/** A 401 that asks for another stage: https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api */
export const AuthNeeded = Type.Object({
  session: Type.Optional(Type.String()),
  flows: Type.Optional(Type.Array(Type.Object({ stages: Type.Array(Type.String()) }))),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** What a homeserver answers when it has got keys of this device. */
export const KeysUploaded = Type.Object({
  one_time_key_counts: Type.Record(Type.String(), Type.Number()),
});

export const BackupVersion = Type.Object({
  algorithm: Type.String(),
  auth_data: Type.Object({ public_key: Type.String() }),
  version: Type.String(),
});

export const NewBackupVersion = Type.Object({ version: Type.String() });

export const BackedUpSession = Type.Object({
  session_data: Type.Object({ ephemeral: Type.String(), mac: Type.String(), ciphertext: Type.String() }),
});
export type BackedUpSession = Static<typeof BackedUpSession>;
export const BackedUpKeys = Type.Object({
  rooms: Type.Record(Type.String(), Type.Object({ sessions: Type.Record(Type.String(), BackedUpSession) })),
});

export const KeysQueryAnswer = Type.Object({
  master_keys: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/**
 * @param what for the message: what had another shape
 * @throws `BAD_DATA`
 */
export function parse<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (Value.Check(schema, value)) return value as Static<T>;
  const [first] = Value.Errors(schema, value);
  throw new CryptoError("BAD_DATA", `${what}: ${first?.instancePath || "/"} ${first?.message ?? ""}`);
}
