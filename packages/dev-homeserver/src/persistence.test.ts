import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDevHomeserver } from "./index.ts";
import {
  actAs,
  register,
  roomWith,
  startTestHomeserver,
  type TestUser,
  temporaryDirectory,
} from "./testing/homeserver.ts";

// Programs are started here, each of which takes a second of its own where the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

const PROGRAM = fileURLToPath(new URL("../bin/dev-homeserver.ts", import.meta.url));

async function spawnHomeserver(dataDir: string, ...flags: string[]) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, "--data-dir", dataDir, ...flags], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  if (!child.stdout) throw new Error("the child has no stdout");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, url: JSON.parse(line).url as string };
}

const again = (url: string, user: TestUser) =>
  actAs(url, { user_id: user.userId, access_token: user.accessToken, device_id: user.deviceId });

test("everything survives a restart, and a sync token goes on where it was", async () => {
  const dataDir = temporaryDirectory();
  const first = await startDevHomeserver({ dataDir });
  const [alice, bob] = [await register(first, "alice"), await register(first, "bob")];
  const roomId = await roomWith(alice, [bob], { name: "Tea", room_alias_name: "tea" });
  await alice.say(roomId, "before");
  const { next_batch } = await bob.sync();
  await alice.put(`/rooms/${roomId}/typing/${alice.userId}`, { typing: true });
  const typing = await bob.sync({ since: next_batch });
  await first.close();

  const second = await startTestHomeserver({ dataDir });
  const [alice2, bob2] = [again(second.url, alice), again(second.url, bob)];
  expect((await bob2.get(`/rooms/${roomId}/state/m.room.name`)).body).toEqual({ name: "Tea" });
  await alice2.say(roomId, "after");
  const { timeline } = (await bob2.sync({ since: typing.next_batch })).rooms.join[roomId];
  expect(timeline.events).toMatchObject([{ content: { body: "after" } }]);
  const { chunk } = (await bob2.get(`/rooms/${roomId}/messages?dir=b&limit=2`)).body;
  expect(chunk).toMatchObject([{ content: { body: "after" } }, { content: { body: "before" } }]);
});

test("a data directory keeps its server name", async () => {
  const dataDir = temporaryDirectory();
  await (await startDevHomeserver({ dataDir, serverName: "one.test" })).close();
  await expect(startDevHomeserver({ dataDir, serverName: "two.test" })).rejects.toThrow(/one\.test/);
});

test("one data directory is one server's at a time", async () => {
  const dataDir = temporaryDirectory();
  await startTestHomeserver({ dataDir });
  await expect(startDevHomeserver({ dataDir })).rejects.toThrow(/another dev homeserver/);
});

test("what a newer version has written is refused and left alone", async () => {
  const dataDir = temporaryDirectory();
  await (await startDevHomeserver({ dataDir })).close();
  const file = new SQLite(join(dataDir, "homeserver.db"));
  file.pragma("user_version = 999");
  file.close();
  await expect(startDevHomeserver({ dataDir })).rejects.toThrow(/newer dev homeserver \(version 999/);
});

test("every message that was answered survives kill -9, and repeating one sends nothing", async () => {
  const dataDir = temporaryDirectory();
  const first = await spawnHomeserver(dataDir);
  const alice = await register(first, "alice");
  const roomId = await roomWith(alice);
  const answered = new Map<number, string>();
  let next = 0;
  const sending = Array.from({ length: 4 }, async () => {
    for (;;) {
      const id = next++;
      const reply = await alice.put(`/rooms/${roomId}/send/m.room.message/${id}`, { body: `${id}` });
      answered.set(id, reply.body.event_id);
      if (answered.size === 150) first.child.kill("SIGKILL");
    }
  });
  const ends = await Promise.allSettled(sending);
  expect(ends.every((end) => end.status === "rejected")).toBe(true);

  const second = await spawnHomeserver(dataDir);
  const alice2 = again(second.url, alice);
  const sent = (await alice2.get(`/rooms/${roomId}/messages?dir=b&limit=1000`)).body.chunk;
  const ids = sent.map((event: { event_id: string }) => event.event_id);
  expect(answered.size).toBeGreaterThanOrEqual(150);
  for (const [id, eventId] of answered) {
    expect(ids).toContain(eventId);
    const repeated = await alice2.put(`/rooms/${roomId}/send/m.room.message/${id}`, { body: `${id}` });
    expect(repeated.body.event_id).toBe(eventId);
  }
  const after = (await alice2.get(`/rooms/${roomId}/messages?dir=b&limit=1000`)).body.chunk;
  expect(after).toHaveLength(sent.length);
});

test("the program ends cleanly on SIGTERM and when its parent's channel closes", async () => {
  const { child: stopped } = await spawnHomeserver(temporaryDirectory());
  stopped.kill("SIGTERM");
  expect(await once(stopped, "exit")).toEqual([0, null]);
  const { child: orphan } = await spawnHomeserver(temporaryDirectory());
  orphan.disconnect();
  expect(await once(orphan, "exit")).toEqual([0, null]);
});

test("flags become options: a token to register, a limit, injected floods", async () => {
  const { url } = await spawnHomeserver(
    temporaryDirectory(),
    ...["--registration-token", "a", "--registration-token", "b", "--server-name", "flags.test"],
    ...["--rate-limit", "1:2", "--inject"],
  );
  const call = async (path: string, body: unknown) =>
    (await fetch(url + path, { method: "POST", body: JSON.stringify(body) })).json() as Promise<
      TestUser & { session: string; user_id: string; access_token: string; device_id: string }
    >;
  const account = { username: "alice", password: "x" };
  const path = "/_matrix/client/v3/register";
  const { session } = await call(path, account);
  await call(path, { ...account, auth: { type: "m.login.registration_token", token: "b", session } });
  const login = await call(path, { ...account, auth: { type: "m.login.dummy", session } });
  expect(login.user_id).toBe("@alice:flags.test");
  const alice = actAs(url, login);
  const roomId = await roomWith(alice);
  const contents = Array.from({ length: 5000 }, (_, index) => ({ msgtype: "m.text", body: `${index}` }));
  await call("/_rookery/inject", { bursts: [{ room_id: roomId, sender: alice.userId, contents }] });
  const { chunk } = (await alice.get(`/rooms/${roomId}/messages?dir=b&limit=1`)).body;
  expect(chunk).toMatchObject([{ content: { body: "4999" } }]);
});
