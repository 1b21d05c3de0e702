import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BackupDecryptionKey,
  DecryptionErrorCode,
  DecryptionSettings,
  RoomId,
  TrustRequirement,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { expect, onTestFinished, test } from "vitest";
import { decodeRecoveryKey, encodeRecoveryKey } from "../secret-storage/recovery-key.ts";
import { openMachine } from "./machine.ts";

/**
 * What clients made with libolm, as matrix-js-sdk has published it for its own tests since 2018 (Apache-2.0,
 * `spec/integ/megolm-backup.spec.ts`, before libolm was left out of it; the private key is Alice's of RFC 7748, 6.1).
 */
const PRIVATE_KEY = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
const RECOVERY_KEY = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d";
const ROOM_ID = "!ROOM:ID";
const SESSION_ID = "o+21hSjP+mgEmcfdslPsQdvzWnkdt0Wyo00Kp++R8Kc";
const EPHEMERAL = "/Bn0A4UMFwJaDDvh0aEk1XZj3k1IfgCxgFY9P9a0b14";
const MAC = "5lxYBHQU80M";
const CIPHERTEXT =
  "2z2M7CZ+azAiTHN1oFzZ3smAFFt+LEOYY6h3QO3XXGdw6YpNn/gpHDO6I/rgj1zNd4FoTmzcQgvKdU8kN20u5BWRHxaHTZSlne5RxE6vUdREsBgZ" +
  "ePglBNyG0AogR/PVdcrv/v18Y6rLM5O9SELmwbV63uV9Kuu/misMxoqbuqEdG7uujyaEKtjlQsJ5MGPQOySyw7XrnesSwF6XWRMxcPGRV0xZr3s9" +
  "PI350Wve3EncjRgJ9IGFru1bcptMqfXgPZkOyGvrphHoFfoK7nY3xMEHUiaTRfRIjq8HNV4o8QY1qmWGnxNBQgOlL8MZlykjg3ULmQ3DtFfQPj/Y" +
  "YGS3jzxvC+EBjaafmsg+52CTeK3Rswu72PX450BnSZ1i3If4xWAUKvjTpeUg5aDLqttOv1pITolTJDw5W/SD+b5rjEKg1CFCHGEGE9wwV3NfQHVC" +
  "QL+dfpd7Or0poy4dqKMAi3g0o3Tg7edIF8d5rREmxaALPyiie8PHD8mj/5Y0GLqrac4CD6+Mop7eUTzVovprjg";
const MESSAGE =
  "AwgAEjD+VwXZ7PoGPRS/H4kwpAsMp/g+WPvJVtPEKE8fmM9IcT/NCiwPb8PehecDKP0cjm1XO88k6Bw3D17aGiBHr5iBoP7oSw8CXULXAMTkBlmkufRQ" +
  "q2+d0Giy1s4/Cg5n13jSVrSb2q7VTSv1ZHAFjUCsLSfR0gxqcQs";
const EVENT = {
  type: "m.room.encrypted",
  sender: "@alice:localhost",
  room_id: ROOM_ID,
  event_id: "$event1",
  origin_server_ts: 1507753886000,
  content: {
    algorithm: "m.megolm.v1.aes-sha2",
    session_id: SESSION_ID,
  },
};

/** The vectors name no real device, and the Rust implementation takes no key that is none: the one of RFC 8032, 7.1. */
const DEVICE = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo";

test("a recovery key, a backup and a message that clients made with libolm open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rookery-libolm-"));
  const account = { userId: "@bot:localhost", deviceId: "BOT", file: join(folder, "crypto.db") };
  const { machine, close } = await openMachine({ ...account, storeKey: new Uint8Array(32) });
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  const key = decodeRecoveryKey(RECOVERY_KEY);
  expect(key.toString("hex")).toBe(PRIVATE_KEY);
  expect(encodeRecoveryKey(key)).toBe(RECOVERY_KEY);

  const { sender_key, session_key, algorithm } = JSON.parse(
    BackupDecryptionKey.fromBase64(key.toString("base64")).decryptV1(EPHEMERAL, MAC, CIPHERTEXT),
  );
  expect(sender_key).toBe("SENDER_CURVE25519");
  const read = (ciphertext: string) => {
    const content = { ...EVENT.content, sender_key: DEVICE, ciphertext };
    const settings = new DecryptionSettings(TrustRequirement.Untrusted);
    return machine.decryptRoomEvent(JSON.stringify({ ...EVENT, content }), new RoomId(ROOM_ID), settings);
  };
  await expect(read(MESSAGE)).rejects.toMatchObject({ code: DecryptionErrorCode.MissingRoomKey });
  const exported = {
    ...{ algorithm, session_key, session_id: SESSION_ID, room_id: ROOM_ID },
    ...{ sender_key: DEVICE, sender_claimed_keys: { ed25519: DEVICE }, forwarding_curve25519_key_chain: [] },
  };
  const { importedCount } = await machine.importExportedRoomKeys(JSON.stringify([exported]), () => undefined);
  expect(importedCount).toBe(1);
  // It is authenticated and decrypted. What was said has no type, which is refused by now; one that was changed is not
  // decrypted at all.
  await expect(read(MESSAGE)).rejects.toMatchObject({ description: expect.stringContaining("state key") });
  const changed = MESSAGE.replace("AwgAEjD", "AwgAEjC");
  await expect(read(changed)).rejects.toMatchObject({
    description: expect.not.stringContaining("state key"),
  });
});
