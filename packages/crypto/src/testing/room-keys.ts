import { generateKeyPairSync, randomBytes } from "node:crypto";
import { type Account, openMachine } from "../engine/machine.ts";

/** Writes so many room keys, of rooms that there never were, into an account's file. */
export async function writeRoomKeys(account: Account, count: number): Promise<void> {
  const { machine, close } = await openMachine(account);
  const senderKey = unpadded(randomBytes(32));
  for (let written = 0; written < count; written += AT_ONCE) {
    const keys = Array.from({ length: Math.min(AT_ONCE, count - written) }, () => exported(senderKey));
    await machine.importExportedRoomKeys(JSON.stringify(keys), () => {});
  }
  await close();
}

const AT_ONCE = 1_000;

/** https://spec.matrix.org/latest/client-server-api/#key-export-format, with a session that nobody has. */
function exported(senderKey: string): object {
  const { publicKey } = generateKeyPairSync("ed25519");
  const signingKey = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const version = Buffer.of(1);
  return {
    algorithm: "m.megolm.v1.aes-sha2",
    forwarding_curve25519_key_chain: [],
    room_id: `!${randomBytes(4).toString("hex")}:rook.test`,
    sender_key: senderKey,
    sender_claimed_keys: { ed25519: unpadded(signingKey) },
    session_id: unpadded(signingKey),
    session_key: unpadded(Buffer.concat([version, Buffer.alloc(4), randomBytes(128), signingKey])),
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
