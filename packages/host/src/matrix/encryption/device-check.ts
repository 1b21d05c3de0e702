import { CryptoError, type Http } from "@rookery/crypto/account";

/**
 * Why a device cannot begin with encryption, if so: keys of it that are not here are another client's, or those of
 * before a backup was restored.
 *
 * @throws CryptoError `HOMESERVER`
 */
export async function whyNotBegin(
  { userId, deviceId }: { userId: string; deviceId: string },
  http: Http,
): Promise<string | null> {
  const path = "/_matrix/client/v3/keys/query";
  const { status: code, body } = await http.request("POST", path, { device_keys: { [userId]: [deviceId] } });
  if (code === 404) return "The homeserver has no end-to-end encryption.";
  if (code !== 200) throw new CryptoError("HOMESERVER", `${path}: ${code}`);
  const { device_keys } = body as { device_keys?: Record<string, Record<string, unknown>> };
  if (device_keys?.[userId]?.[deviceId] === undefined) return null;
  return `The device ${deviceId} of ${userId} has encryption keys that are not here: it is another client's, or was this host's before a backup was restored. Log the account in again with its password, or its application service's token, so that it gets a device of its own.`;
}
