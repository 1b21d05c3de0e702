import type { AccountCrypto } from "@rookery/crypto/account";
import { attempt, isOf } from "./attempts.ts";
import type { EncryptionPlace } from "./place.ts";

/**
 * Has a new login's device take over what the ones before knew: else it could read nothing of before, and nobody would take
 * it for verified. Never rejects; what could not be taken over is tried again with the next opening.
 */
export async function takeOver(
  opened: AccountCrypto,
  place: Pick<EncryptionPlace, "before" | "forget">,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const file of place.before()) {
    try {
      await attempt(() => opened.takeOver(file));
      place.forget(file);
    } catch (error) {
      if (isOf(error, "STORE")) place.forget(file);
      onError(error);
    }
  }
}
