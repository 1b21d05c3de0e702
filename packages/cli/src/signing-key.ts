import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type PublicKey, showPublicKey } from "@rookery/host/bundle";

/**
 * Makes an Ed25519 key pair and writes it where nothing is yet, readable by nobody else: PKCS #8 as
 * PEM, which openssl reads and makes, too.
 *
 * @returns the public key, which the private one's file holds as well
 */
export async function createSigningKey(file: string): Promise<PublicKey> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw new Error(`${file} is there already. Name another file, or move that one away first.`, { cause });
  }
  return showPublicKey(publicKey);
}

/** Reads the private key that bundles are signed with. */
export async function readSigningKey(file: string): Promise<KeyObject> {
  const notKey = (cause: unknown) =>
    new Error(`${file} holds no Ed25519 private key without a passphrase. "rookery keygen" makes one.`, {
      cause,
    });
  const pem = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `The key ${file} cannot be read: ${cause.code === "ENOENT" ? "there is no such file" : cause.message}.`,
      { cause },
    );
  });
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw notKey(cause);
  }
  if (key.asymmetricKeyType !== "ed25519") throw notKey(undefined);
  return key;
}
