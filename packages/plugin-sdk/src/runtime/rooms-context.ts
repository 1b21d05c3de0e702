import type { Delivery } from "../protocol/index.ts";
import type { RoomsContext } from "../rooms-context.ts";
import { SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";
import { createRoomsWrites } from "./rooms-writes.ts";
import { profileSetter } from "./set-profile.ts";

/** Makes what can be done in a delivery that has no room of its own. */
export function createRoomsContext(
  delivery: Delivery,
  host: HostLink,
  signal: () => AbortSignal,
): RoomsContext {
  return {
    get signal() {
      return signal();
    },
    ...createRoomsWrites(delivery, host),
    createRoom: (room = {}) => host.call("room.create", { delivery: delivery.id, ...room }, SEND_DEADLINE_MS),
    as: (localpart) => ({
      ...createRoomsWrites(delivery, host, localpart),
      setProfile: profileSetter(delivery, host, localpart),
    }),
  };
}
