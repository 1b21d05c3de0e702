import { Value } from "typebox/value";
import { HostError } from "../protocol/errors.ts";
import type { SetProfile } from "../protocol/index.ts";
import { isUserOf, Localpart } from "../user-pattern.ts";

/**
 * Whom a test bot may act as, on its own server.
 *
 * @param granted patterns; everybody unless told
 */
export function createTestUsers(botId: string, granted?: readonly string[]) {
  const profiles = new Map<string, Omit<SetProfile, "delivery" | "as">>();

  /** @throws HostError `BAD_REQUEST`, `PERMISSION_DENIED` */
  function userId(localpart: string): string {
    if (!Value.Check(Localpart, localpart))
      throw new HostError("BAD_REQUEST", `"${localpart}" is not the first part of a user ID.`);
    if (!(granted?.some((pattern) => isUserOf(localpart, pattern)) ?? true))
      throw new HostError("PERMISSION_DENIED", `This needs the permission "impersonate" for ${localpart}.`);
    return `@${localpart}${botId.slice(botId.indexOf(":"))}`;
  }

  return {
    userId,
    profiles,
    setProfile({ as, ...profile }: Omit<SetProfile, "delivery">): null {
      const id = userId(as);
      profiles.set(id, { ...profiles.get(id), ...profile });
      return null;
    },
  };
}
