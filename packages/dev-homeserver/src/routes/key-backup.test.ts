import { expect, test } from "vitest";
import { register, startTestHomeserver } from "../testing/homeserver.ts";

const BACKUP = { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "x" } };
const key = (more: object = {}) => ({
  ...{ first_message_index: 5, forwarded_count: 0, is_verified: false, session_data: { ciphertext: "…" } },
  ...more,
});

async function alone() {
  return register(await startTestHomeserver(), "alice");
}

test("a backup is made, filled, counted, read by room and by session, and emptied", async () => {
  const alice = await alone();
  expect((await alice.get("/room_keys/version")).status).toBe(404);
  const { version } = (await alice.post("/room_keys/version", BACKUP)).body;
  const first = (await alice.get("/room_keys/version")).body;
  expect(first).toMatchObject({ ...BACKUP, version, count: 0 });
  const rooms = { "!a:x": { sessions: { one: key(), two: key() } }, "!b:x": { sessions: { three: key() } } };
  const put = (await alice.put(`/room_keys/keys?version=${version}`, { rooms })).body;
  expect(put.count).toBe(3);
  expect(put.etag).not.toBe(first.etag);
  expect((await alice.get(`/room_keys/keys?version=${version}`)).body).toEqual({ rooms });
  expect((await alice.get(`/room_keys/keys/!b:x?version=${version}`)).body).toEqual(rooms["!b:x"]);
  expect((await alice.get(`/room_keys/keys/!c:x?version=${version}`)).body).toEqual({ sessions: {} });
  expect((await alice.get(`/room_keys/keys/!a:x/one?version=${version}`)).body).toEqual(key());
  expect((await alice.get(`/room_keys/keys/!a:x/four?version=${version}`)).status).toBe(404);
  expect((await alice.delete(`/room_keys/keys/!a:x/one?version=${version}`)).body.count).toBe(2);
  expect((await alice.delete(`/room_keys/keys?version=${version}`)).body.count).toBe(0);
});

test("of two copies of a key the better one is kept", async () => {
  const alice = await alone();
  const { version } = (await alice.post("/room_keys/version", BACKUP)).body;
  const path = `/room_keys/keys/!a:x/one?version=${version}`;
  const put = async (more: object) => {
    await alice.put(path, key(more));
    return (await alice.get(path)).body;
  };
  await put({});
  expect(await put({ first_message_index: 7 })).toMatchObject({ first_message_index: 5 });
  expect(await put({ first_message_index: 3, forwarded_count: 2 })).toMatchObject({ first_message_index: 3 });
  expect(await put({ first_message_index: 9, is_verified: true })).toMatchObject({ first_message_index: 9 });
});

test("a newer backup takes the older one's place; its number is not given again", async () => {
  const alice = await alone();
  const make = async () => (await alice.post("/room_keys/version", BACKUP)).body.version;
  const [old, current] = [await make(), await make()];
  const refused = await alice.put(`/room_keys/keys/!a:x/one?version=${old}`, key());
  expect([refused.status, refused.body]).toMatchObject([
    403,
    { errcode: "M_WRONG_ROOM_KEYS_VERSION", current_version: current },
  ]);
  await alice.put(`/room_keys/keys/!a:x/one?version=${current}`, key());
  expect((await alice.delete(`/room_keys/version/${current}`)).status).toBe(200);
  expect((await alice.get(`/room_keys/keys?version=${current}`)).status).toBe(404);
  expect((await alice.get("/room_keys/version")).body.version).toBe(old);
  expect([old, current]).not.toContain(await make());
});
