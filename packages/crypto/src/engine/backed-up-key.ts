import type { BackupDecryptionKey } from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
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
  const content = parsed(key.decryptV1(ephemeral, mac, ciphertext));
  return { ...content, session_id: sessionId };
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    // Its own message quotes the text, which is a secret.
    throw new CryptoError("BAD_DATA", "what was backed up is no JSON");
  }
}
