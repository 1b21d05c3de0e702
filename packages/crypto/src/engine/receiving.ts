import { DeviceLists, type OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { inTime } from "./deadline.ts";
import type { SyncChanges } from "./parse.ts";

/** What a machine is told of syncs. */
export interface Receiving {
  receive(changes: SyncChanges): Promise<void>;
  /** A sync that brings nothing, by which the machine forgets what has ended. */
  receiveNothing(): Promise<void>;
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

  return {
    async receive(changes) {
      last = changes;
      await tell(changes);
    },
    async receiveNothing() {
      if (last === undefined) return;
      // Where nothing is said of one-time keys, the machine takes it that none are left.
      const { device_one_time_keys_count: counts = {}, device_unused_fallback_key_types: fallback } = last;
      await tell({
        device_one_time_keys_count: counts,
        ...(fallback && { device_unused_fallback_key_types: fallback }),
      });
    },
  };
}
