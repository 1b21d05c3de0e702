import { expect, test } from "vitest";
import { register, startTestHomeserver, type TestUser } from "../testing/homeserver.ts";

const identityKey = ({ userId }: TestUser, usage: string, key: string) => ({
  user_id: userId,
  usage: [usage],
  keys: { [`ed25519:${key}`]: key },
});
const identity = (user: TestUser, name: string) => ({
  master_key: identityKey(user, "master", `${name}-master`),
  self_signing_key: identityKey(user, "self_signing", `${name}-self`),
  user_signing_key: identityKey(user, "user_signing", `${name}-user`),
});
const query = async (by: TestUser, of: TestUser) =>
  (await by.post("/keys/query", { device_keys: { [of.userId]: [] } })).body;
const signed = (key: object, signer: TestUser, by: string) => ({
  ...key,
  signatures: { [signer.userId]: { [`ed25519:${by}`]: "a signature" } },
});

async function people() {
  const homeserver = await startTestHomeserver();
  const names = ["alice", "bob", "carol"] as const;
  const [alice, bob, carol] = await Promise.all(names.map((name) => register(homeserver, name)));
  if (!alice || !bob || !carol) throw new Error("nobody is here");
  return { alice, bob, carol };
}

test("an identity is taken once without a password; another one in its place needs it", async () => {
  const { alice, bob } = await people();
  const upload = (name: string, auth?: object) =>
    alice.post("/keys/device_signing/upload", { ...identity(alice, name), auth });
  expect((await upload("first")).status).toBe(200);
  expect((await upload("first")).status).toBe(200);
  const refused = await upload("second");
  expect([refused.status, refused.body.flows]).toEqual([401, [{ stages: ["m.login.password"] }]]);
  const seen = await query(bob, alice);
  expect(seen.master_keys[alice.userId]).toMatchObject(identity(alice, "first").master_key);
  expect(seen.self_signing_keys[alice.userId]).toMatchObject(identity(alice, "first").self_signing_key);
  expect(seen.user_signing_keys).toEqual({});
  expect(Object.keys((await query(alice, alice)).user_signing_keys)).toEqual([alice.userId]);
  expect((await upload("second", { type: "m.login.password", password: "alice's password" })).status).toBe(
    200,
  );
  expect((await query(bob, alice)).master_keys[alice.userId]).toMatchObject({
    keys: { "ed25519:second-master": "second-master" },
  });
});

test("a device gets its owner's signature, which stays when the device uploads its keys again", async () => {
  const { alice, bob } = await people();
  const device = {
    ...{ user_id: alice.userId, device_id: alice.deviceId, algorithms: [], keys: { ed25519: "x" } },
    signatures: { [alice.userId]: { [`ed25519:${alice.deviceId}`]: "its own" } },
  };
  await alice.post("/keys/upload", { device_keys: device });
  const sign = (by: TestUser, key: object) =>
    by.post("/keys/signatures/upload", { [alice.userId]: { [alice.deviceId]: key } });
  expect((await sign(alice, signed(device, alice, "self"))).body).toEqual({ failures: {} });
  await alice.post("/keys/upload", { device_keys: device });
  const { signatures } = (await query(bob, alice)).device_keys[alice.userId][alice.deviceId];
  expect(signatures[alice.userId]).toEqual({
    [`ed25519:${alice.deviceId}`]: "its own",
    "ed25519:self": "a signature",
  });
  for (const [by, key] of [
    [bob, signed(device, bob, "user")],
    [alice, signed({ ...device, keys: { ed25519: "y" } }, alice, "self")],
    [alice, device],
  ] as const) {
    const { failures } = (await sign(by, { ...key })).body;
    if (key === device) expect(failures).toEqual({});
    else expect(failures[alice.userId][alice.deviceId].errcode).toBe("M_INVALID_SIGNATURE");
  }
});

test("whom somebody has verified is seen by them alone", async () => {
  const { alice, bob, carol } = await people();
  const { master_key } = identity(bob, "bobs");
  await bob.post("/keys/device_signing/upload", identity(bob, "bobs"));
  await alice.post("/keys/signatures/upload", {
    [bob.userId]: { "bobs-master": signed(master_key, alice, "user") },
  });
  const signers = async (by: TestUser) =>
    Object.keys((await query(by, bob)).master_keys[bob.userId].signatures);
  expect(await signers(alice)).toEqual([alice.userId]);
  expect([await signers(bob), await signers(carol)]).toEqual([[], []]);
});
