import { expect, test } from "vitest";
import {
  actAs,
  register,
  request,
  roomWith,
  startTestHomeserver,
  type TestUser,
} from "../testing/homeserver.ts";

/** What a client uploads of a device. Nobody here checks signatures, so none of them is one. */
const deviceKeys = ({ userId, deviceId }: TestUser, identityKey = "first") => ({
  user_id: userId,
  device_id: deviceId,
  algorithms: ["m.megolm.v1.aes-sha2"],
  keys: { [`ed25519:${deviceId}`]: identityKey },
  signatures: { [userId]: { [`ed25519:${deviceId}`]: "by itself" } },
});

const upload = (user: TestUser, body: object) => user.post("/keys/upload", body);
const oneTime = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [`signed_curve25519:${id}`, { key: `key ${id}` }]));
const claim = async (by: TestUser, of: TestUser) => {
  const one_time_keys = { [of.userId]: { [of.deviceId]: "signed_curve25519" } };
  const { body } = await by.post("/keys/claim", { one_time_keys });
  return Object.keys(body.one_time_keys[of.userId]?.[of.deviceId] ?? {});
};
const query = async (by: TestUser, ...of: TestUser[]) =>
  (await by.post("/keys/query", { device_keys: Object.fromEntries(of.map((user) => [user.userId, []])) }))
    .body;

async function two() {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  return { homeserver, alice, bob };
}

async function logIn(url: string, username: string): Promise<TestUser> {
  const password = `${username}'s password`;
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: username }, password };
  return actAs(url, (await request(url, "POST", "/_matrix/client/v3/login", login)).body);
}

test("a device's keys are its own, and everybody gets them", async () => {
  const { alice, bob } = await two();
  await upload(alice, { device_keys: deviceKeys(alice) });
  await alice.put(`/devices/${alice.deviceId}`, { display_name: "Phone" });
  expect((await query(bob, alice, bob)).device_keys).toEqual({
    [alice.userId]: {
      [alice.deviceId]: { ...deviceKeys(alice), unsigned: { device_display_name: "Phone" } },
    },
    [bob.userId]: {},
  });
  const stolen = await upload(bob, { device_keys: deviceKeys(alice) });
  expect([stolen.status, stolen.body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
});

test("a one-time key is handed out once, the oldest first, then the fallback again and again", async () => {
  const { alice, bob } = await two();
  expect((await alice.sync()).device_one_time_keys_count).toEqual({});
  const { body } = await upload(alice, { one_time_keys: oneTime("b", "a"), fallback_keys: oneTime("f") });
  expect(body).toEqual({ one_time_key_counts: { signed_curve25519: 2 } });
  const told = async () => {
    const sync = await alice.sync();
    return [sync.device_one_time_keys_count, sync.device_unused_fallback_key_types];
  };
  expect(await told()).toEqual([{ signed_curve25519: 2 }, ["signed_curve25519"]]);
  const claimed = await Promise.all([claim(bob, alice), claim(bob, alice), claim(bob, alice)]);
  expect(claimed).toEqual([["signed_curve25519:b"], ["signed_curve25519:a"], ["signed_curve25519:f"]]);
  expect(await claim(bob, alice)).toEqual(["signed_curve25519:f"]);
  expect(await told()).toEqual([{ signed_curve25519: 0 }, []]);
  await upload(alice, { fallback_keys: oneTime("g") });
  expect(await told()).toEqual([{ signed_curve25519: 0 }, ["signed_curve25519"]]);
  expect(await claim(alice, bob)).toEqual([]);
});

test("a one-time key that is uploaded again is taken once, and another of its name is refused", async () => {
  const { alice } = await two();
  await upload(alice, { one_time_keys: oneTime("a") });
  const again = await upload(alice, { one_time_keys: oneTime("a") });
  expect(again.body.one_time_key_counts).toEqual({ signed_curve25519: 1 });
  const other = await upload(alice, { one_time_keys: { "signed_curve25519:a": { key: "another" } } });
  expect([other.status, other.body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
  expect((await upload(alice, { one_time_keys: { nameless: {} } })).status).toBe(400);
});

test("who shares a room hears of keys and of devices that go, at once; nobody else does", async () => {
  const { homeserver, alice, bob } = await two();
  const carol = await register(homeserver, "carol");
  await roomWith(alice, [bob]);
  const [bobs, carols] = [await bob.sync(), await carol.sync()];
  expect(bobs.device_lists).toEqual({ changed: [], left: [] });
  const waiting = bob.sync({ since: bobs.next_batch, timeout: 30_000 });
  await upload(alice, { device_keys: deviceKeys(alice) });
  const told = await waiting;
  expect(told.device_lists).toEqual({ changed: [alice.userId], left: [] });
  // The same again is no news.
  await upload(alice, { device_keys: deviceKeys(alice) });
  expect((await bob.sync({ since: told.next_batch })).device_lists.changed).toEqual([]);

  const laptop = await logIn(homeserver.url, "alice");
  await upload(laptop, { device_keys: deviceKeys(laptop), one_time_keys: oneTime("a") });
  const before = await bob.sync({ since: told.next_batch });
  await laptop.post("/logout");
  const after = await bob.sync({ since: before.next_batch, timeout: 30_000 });
  expect(after.device_lists.changed).toEqual([alice.userId]);
  expect(Object.keys((await query(bob, alice)).device_keys[alice.userId])).toEqual([alice.deviceId]);
  expect(await claim(bob, laptop)).toEqual([]);
  expect((await carol.sync({ since: carols.next_batch })).device_lists).toEqual({ changed: [], left: [] });
  const changes = await bob.get(`/keys/changes?from=${bobs.next_batch}&to=${after.next_batch}`);
  expect(changes.body).toEqual({ changed: [alice.userId], left: [] });
});

test("who comes into a room is told of with their devices, and who leaves the last one as left", async () => {
  const { alice, bob } = await two();
  for (const user of [alice, bob]) await upload(user, { device_keys: deviceKeys(user) });
  const roomId = await roomWith(alice);
  const [hers, his] = [await alice.sync(), await bob.sync()];
  await alice.post(`/rooms/${roomId}/invite`, { user_id: bob.userId });
  await bob.post(`/rooms/${roomId}/join`);
  const met = await alice.sync({ since: hers.next_batch });
  expect(met.device_lists).toEqual({ changed: [bob.userId], left: [] });
  expect((await bob.sync({ since: his.next_batch })).device_lists.changed).toEqual([alice.userId]);
  await bob.put(`/profile/${bob.userId}/displayname`, { displayname: "Robert" });
  const renamed = await alice.sync({ since: met.next_batch });
  expect(renamed.device_lists).toEqual({ changed: [], left: [] });
  await bob.post(`/rooms/${roomId}/leave`);
  const parted = await alice.sync({ since: renamed.next_batch });
  expect(parted.device_lists).toEqual({ changed: [], left: [bob.userId] });
});

test("a device is deleted with the password only, and its keys with it", async () => {
  const { homeserver, alice, bob } = await two();
  const laptop = await logIn(homeserver.url, "alice");
  await upload(laptop, { device_keys: deviceKeys(laptop) });
  const remove = (auth?: object) => alice.post("/delete_devices", { devices: [laptop.deviceId], auth });
  expect((await remove()).status).toBe(401);
  const type = "m.login.password";
  const wrong = await remove({ type, password: "a guess" });
  expect([wrong.status, wrong.body.flows]).toEqual([401, [{ stages: [type] }]]);
  expect((await remove({ type, password: "alice's password" })).status).toBe(200);
  expect((await laptop.get("/account/whoami")).status).toBe(401);
  expect((await query(bob, alice)).device_keys[alice.userId]).toEqual({});
});
