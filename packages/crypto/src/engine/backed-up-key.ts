import type { BackupDecryptionKey } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { BackedUpSession } from "./parse.ts";

/**
 * A room key as it is imported, out of one of the backup's rows.
 *
 * @throws where the row was made for another key, or is damaged
 */
export function backedUpKey(
  key: BackupDecryptionKey,
  sessionId: string,
  { session_data: { ephemeral, mac, ciphertext } }: BackedUpSession,
): object {
  const content = JSON.parse(key.decryptV1(ephemeral, mac, ciphertext)) as object;
  return { ...content, session_id: sessionId };
}
