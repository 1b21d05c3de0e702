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
import { decrypt } from "./decrypting.ts";
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

/**
 * A whole event, which matrix-js-sdk publishes for its tests of both libolm and the Rust implementation since 2023
 * (Apache-2.0, `spec/test-utils/test-data/index.ts`: `MEGOLM_SESSION_DATA`, `ENCRYPTED_EVENT` and `CLEAR_EVENT`). It is
 * made by neither, but by a script of its own, after the specification.
 */
const WHOLE = {
  key: {
    algorithm: "m.megolm.v1.aes-sha2",
    room_id: "!room:id",
    sender_key: "WimPd2udAU/1S/+YBpPbmr9L+0H5H+BnAVHSwDxlPGc",
    session_id: "ipdI6Zs/7DzFTEhiA2iGaMDfHkIYCleqXT6L+5e1/co",
    session_key:
      "AQAAAABXGO+Z9jlQJhIL6ByhXrv2BwCIxkhh7MXpKLsYmXkJcWrQlirmXmD79ga1zo+I4DCtEZzyGSpDWXBC6G7ez3H4gDMBam1RE3Jm5tc+oTlIri32" +
      "UkYgSL0kBkcEnttqmIXBlK8tAfJo3cJnlh7F4ltEOAqrdME6dU0zXTkqXmURqYqXSOmbP+w8xUxIYgNohmjA3x5CGApXql0+i/uXtf3K",
    sender_claimed_keys: { ed25519: "Bhbpt6hqMZlSH4sJV7xiEEEiPVeTWz4Vkujl1EMdIPI" },
    forwarding_curve25519_key_chain: [],
  },
  event: {
    type: "m.room.encrypted",
    room_id: "!room:id",
    sender: "@alice:localhost",
    content: {
      algorithm: "m.megolm.v1.aes-sha2",
      sender_key: "WimPd2udAU/1S/+YBpPbmr9L+0H5H+BnAVHSwDxlPGc",
      ciphertext:
        "AwgAEnAkBmciEAyhh1j6DCk29UXJ7kv/kvayUNfuNT0iAioLxcXjFXOZ5ho3jF1/wrytlt0Lb298uMM67OxdVMi+/mMfYpwlvi07P9cIH6CMSj8tyhYo" +
        "Wl0SrKY6tkPf5GWOlRSRRKbziXa96FHXvnA3V2FCAIGtAe3G4ei5RPbhkmKAFBLAen33/D6MjJVqU8Ojr5vTkgls5eyirarlVpsmnH06alDaxO8avrU0" +
        "NL+Vsw26xvlUQgEMOnUJ",
      session_id: "ipdI6Zs/7DzFTEhiA2iGaMDfHkIYCleqXT6L+5e1/co",
      device_id: "TEST_DEVICE",
    },
    event_id: "$event1",
    origin_server_ts: 1507753886000,
  },
  clear: { type: "m.room.message", content: { msgtype: "m.text", body: "Hello world" } },
};

/** The vectors name no real device, and the Rust implementation takes no key that is none: the one of RFC 8032, 7.1. */
const DEVICE = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo";

async function aMachine() {
  const folder = await mkdtemp(join(tmpdir(), "rookery-libolm-"));
  const account = { userId: "@bot:localhost", deviceId: "BOT", file: join(folder, "crypto.db") };
  const { machine, close } = await openMachine({ ...account, storeKey: new Uint8Array(32) });
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  return machine;
}

test("a recovery key, a backup and a message that clients made with libolm open", async () => {
  const machine = await aMachine();
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

test("a whole event, published with its key and its text, is decrypted to that text", async () => {
  const machine = await aMachine();
  const read = (event: object) => decrypt(machine, WHOLE.key.room_id, event);
  expect(await read(WHOLE.event)).toMatchObject({ isDecrypted: false, reason: "missing-key" });
  await machine.importExportedRoomKeys(JSON.stringify([WHOLE.key]), () => undefined);
  expect(await read(WHOLE.event)).toMatchObject({ isDecrypted: true, ...WHOLE.clear });
  const ciphertext = WHOLE.event.content.ciphertext.replace("AwgAEnAk", "AwgAEnAl");
  const changed = { ...WHOLE.event, content: { ...WHOLE.event.content, ciphertext } };
  expect(await read(changed)).toMatchObject({ isDecrypted: false, reason: "failed" });
});
