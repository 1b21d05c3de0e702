import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { lockDataDirectory } from "./lock.ts";

const LOCK = new URL("./lock.ts", import.meta.url).href;

/** Another process that holds the lock and says so. */
async function holder(dataDir: string) {
  const script = `
    const { lockDataDirectory } = await import(${JSON.stringify(LOCK)});
    lockDataDirectory(${JSON.stringify(dataDir)});
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

test("a second host in the same process is kept out until the first lets go", () => {
  const dataDir = temporaryDirectory();
  const lock = lockDataDirectory(dataDir);
  expect(() => lockDataDirectory(dataDir)).toThrow(
    expect.objectContaining({ code: "DATA_LOCKED", message: expect.stringContaining(dataDir) }),
  );
  lock.release();
  lockDataDirectory(dataDir).release();
});

test("a killed host leaves no lock behind", async () => {
  const dataDir = temporaryDirectory();
  const child = await holder(dataDir);
  expect(() => lockDataDirectory(dataDir)).toThrow(expect.objectContaining({ code: "DATA_LOCKED" }));

  child.kill("SIGKILL");
  await once(child, "exit");
  lockDataDirectory(dataDir).release();
});

test("only its owner reads the lock", () => {
  const dataDir = temporaryDirectory();
  const lock = lockDataDirectory(dataDir);
  expect((statSync(join(dataDir, "lock")).mode & 0o777).toString(8)).toBe("600");
  lock.release();
});

test("what is not another host is not said to be one", () => {
  const dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "lock"));
  expect(() => lockDataDirectory(dataDir)).toThrow(expect.not.objectContaining({ code: "DATA_LOCKED" }));
});
