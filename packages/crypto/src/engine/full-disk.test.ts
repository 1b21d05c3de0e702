import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { keyServer } from "../testing/index.ts";
import type { Crypto } from "./crypto.ts";
import { openEngine } from "./engine.ts";

const ROOM = "!room:rook.test";
const FULL = new Database.SqliteError("database or disk is full", "SQLITE_FULL");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-crypto-full-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a room key that came while the disk was full is there when its sync is taken in again, by an engine that is opened anew", async () => {
  await using server = await keyServer();
  const open = async (name: string) => {
    const userId = `@${name}:rook.test`;
    const http = server.httpOf(userId, "DEVICE");
    const file = join(folder, `${name}.db`);
    return await openEngine({ userId, deviceId: "DEVICE", file, storeKey: new Uint8Array(32), http });
  };
  const sync = () => server.sync("@bot:rook.test", "DEVICE");
  let [bot, alice] = [await open("bot"), await open("alice")];
  await Promise.all([bot.outgoing(), alice.outgoing()]);
  const members = ["@bot:rook.test", "@alice:rook.test"];
  const encryption = { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 1 };
  async function say(body: string) {
    const content = await alice.encrypt({ roomId: ROOM, members, encryption }, "m.room.message", { body });
    return {
      type: "m.room.encrypted",
      event_id: "$1",
      room_id: ROOM,
      sender: members[1],
      origin_server_ts: 1,
      content,
    };
  }
  const reads = (engine: Crypto, event: object) => engine.decrypt(ROOM, event);

  const before = await say("before");
  await bot.handleSync(await sync());
  const during = await say("while it was full");
  const brought = await sync();
  const { exec } = Database.prototype;
  const disk = vi.spyOn(Database.prototype, "exec").mockImplementation(function (
    this: Database.Database,
    sql,
  ) {
    if (sql === "COMMIT") throw FULL;
    return exec.call(this, sql);
  });
  await expect(bot.handleSync(brought)).rejects.toMatchObject({
    code: "STORE_FAILED",
    message: expect.stringContaining("database or disk is full"),
  });
  disk.mockRestore();
  // What it remembers has used up what opens the key.
  await expect(reads(bot, during)).rejects.toMatchObject({ code: "STORE_FAILED" });
  await bot.close();

  bot = await open("bot");
  await bot.handleSync(brought);
  for (const event of [before, during]) expect(await reads(bot, event)).toMatchObject({ isDecrypted: true });
  await Promise.all([bot.close(), alice.close()]);
});
