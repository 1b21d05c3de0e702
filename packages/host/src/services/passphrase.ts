import { randomBytes, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { createSecretBox, type SecretBox } from "../store/secret-box.ts";

/** 32 MiB and about 0.1 s for each try. */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

export const newSalt = (): Buffer => randomBytes(16);

/** What seals and opens with a passphrase. */
export async function boxOf(passphrase: string, salt: Buffer): Promise<SecretBox> {
  const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
  return createSecretBox(await derive(passphrase.normalize(), salt, 32, COST));
}
