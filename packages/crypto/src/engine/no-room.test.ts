import fs from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { code, engines, read, say } from "../testing/engines.ts";

const { startServer, device } = engines();

test("where the disk is nearly full, nothing of a sync is taken in, and all of it when there is room again", async () => {
  const server = await startServer();
  const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
  const said = await say(alice, [bot], "!hello");
  const sync = await server.sync(bot.userId, "BOT");
  const disk = vi
    .spyOn(fs, "statfsSync")
    .mockReturnValue({ ...fs.statfsSync("."), bavail: 100, bsize: 4096 });
  onTestFinished(() => disk.mockRestore());
  await expect(bot.handleSync(sync)).rejects.toEqual(code("NO_ROOM"));
  expect(await read(bot, said)).toMatchObject({ isDecrypted: false });
  disk.mockRestore();
  await bot.handleSync(sync);
  expect(await read(bot, said)).toMatchObject({ isDecrypted: true });
});
