import { DeviceLists, type OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { Value } from "typebox/value";
import { inTime } from "./deadline.ts";
import { KeysUploaded, type SyncChanges } from "./parse.ts";

/** What a machine is told of syncs. */
export interface Receiving {
  receive(changes: SyncChanges): Promise<void>;
  /** To-device messages that a sync has brought before. */
  receiveLate(toDevice: unknown[]): Promise<void>;
  /** A sync that brings nothing, by which the machine forgets what has ended. */
  receiveNothing(): Promise<void>;
  /** Keys of this device were uploaded since. @param answer the homeserver's */
  uploaded(answer: unknown): void;
}

export function receiving(machine: OlmMachine): Receiving {
  let last: SyncChanges | undefined;

  async function tell(changes: SyncChanges): Promise<void> {
    const { to_device, device_lists: lists, device_unused_fallback_key_types: fallback } = changes;
    const users = (ids: readonly string[] = []) => ids.map((id) => new UserId(id));
    const told = machine.receiveSyncChanges(
      JSON.stringify(to_device?.events ?? []),
      new DeviceLists(users(lists?.changed), users(lists?.left)),
      new Map(Object.entries(changes.device_one_time_keys_count ?? {})),
      fallback && new Set(fallback),
    );
    await inTime("sync", told);
  }

  async function receiveLate(toDevice: unknown[]): Promise<void> {
    if (last === undefined) return;
    // Where nothing is said of one-time keys, the machine takes it that none are left.
    const { device_one_time_keys_count: counts = {}, device_unused_fallback_key_types: fallback } = last;
    await tell({
      to_device: { events: toDevice },
      device_one_time_keys_count: counts,
      ...(fallback && { device_unused_fallback_key_types: fallback }),
    });
  }

  return {
    async receive(changes) {
      last = changes;
      await tell(changes);
    },
    receiveLate,
    receiveNothing: () => receiveLate([]),
    uploaded(answer) {
      // Or what the sync had said before would have more of them made.
      if (Value.Check(KeysUploaded, answer))
        last = { device_one_time_keys_count: answer.one_time_key_counts };
    },
  };
}
