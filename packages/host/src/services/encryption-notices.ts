import type { EncryptionState } from "../matrix/account-encryption.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { Notice } from "./notices.ts";

/**
 * Accounts that can read and write no encrypted room, though they have a device: everything else of them goes on, so
 * that nothing else shows it.
 */
export function encryptionNotices(options: {
  accounts: Pick<AccountStore, "list">;
  encryptionOf: (accountId: string) => { readonly state: EncryptionState } | undefined;
}): Notice[] {
  return options.accounts.list().flatMap(({ id, userId, deviceId }) => {
    const { status, reason } = options.encryptionOf(id)?.state ?? {};
    if (deviceId === "" || status !== "unavailable") return [];
    return [
      {
        id: `encryption:${userId}`,
        message: `${userId} can neither read nor write in encrypted rooms: ${reason ?? "nobody knows why"}`,
        remedy: "What is said there until then is not answered; rooms that are not encrypted go on.",
      },
    ];
  });
}
