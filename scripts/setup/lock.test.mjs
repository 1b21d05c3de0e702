import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withLock } from "./lock.mjs";

let folder;
let file;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rookery-lock-"));
  file = join(folder, "lock");
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("a second one waits until the first is done, and the lock is gone after both", async () => {
  const events = [];
  const first = Promise.withResolvers();
  const one = withLock(file, async () => {
    events.push("first begins");
    await first.promise;
    events.push("first ends");
  });
  const two = withLock(file, async () => events.push("second"));
  await vi.waitFor(() => expect(console.error).toHaveBeenCalledWith(expect.stringContaining("waiting")));
  first.resolve();
  await Promise.all([one, two]);
  expect(events).toEqual(["first begins", "first ends", "second"]);
  expect(existsSync(file)).toBe(false);
});

test("a lock that a killed process left behind does not count", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(file, String(pid));
  expect(await withLock(file, async () => "done")).toBe("done");
});

test("a failure lets go of the lock", async () => {
  const failing = withLock(file, () => Promise.reject(new Error("no disk")));
  await expect(failing).rejects.toThrow("no disk");
  expect(existsSync(file)).toBe(false);
});
