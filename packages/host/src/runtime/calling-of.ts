import type { Calling } from "@rookery/plugin-sdk/protocol";
import type { AccountRow } from "../store/accounts.ts";

/** How an account's bots are called: by its prefixes, its user ID, the name in that, and its display name. */
export function callingOf({ prefix, roomPrefixes, userId, displayName }: AccountRow): Calling {
  const names = [
    userId,
    userId.slice(1, userId.indexOf(":")),
    ...(displayName === null ? [] : [displayName]),
  ];
  return { prefix, roomPrefixes, names };
}
