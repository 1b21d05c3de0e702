import type { UserProfile } from "../acting-user.ts";
import type { Delivery } from "../protocol/index.ts";
import { SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";

/** `setProfile` of a user as whom the bot acts. */
export function profileSetter({ id }: Delivery, host: HostLink, as: string) {
  return async ({ displayName, avatar }: UserProfile): Promise<void> => {
    const name = displayName === undefined ? {} : { displayName };
    const picture = avatar === undefined ? {} : { avatar: avatar.id };
    await host.call("profile.set", { delivery: id, as, ...name, ...picture }, SEND_DEADLINE_MS);
  };
}
