import { expect, onTestFinished, test, vi } from "vitest";
import { findAssets } from "../assets.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { startDatabaseProcess } from "./database-process.ts";

/** What comes of a copy for which there is nothing to copy, by a process that has no processor for a minute. */
async function whenStarved(works: "at once" | "last"): Promise<unknown> {
  const directory = temporaryDirectory();
  const options = { file: findAssets().database, directory, megabytes: 10 };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const process = startDatabaseProcess(options, () => undefined, works);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  onTestFinished(() => process.end());
  return await process.call({ kind: "version", file: `${directory}/none.db` }, 60_000);
}

test("a process that works last may wait long for its turn, as on a machine that is busy while a backup is made", async () => {
  await expect(whenStarved("last")).resolves.toBe(0);
});

test("a process that an instance waits for is given up when it does not start", async () => {
  await expect(whenStarved("at once")).rejects.toThrow("The database's process ended.");
});
