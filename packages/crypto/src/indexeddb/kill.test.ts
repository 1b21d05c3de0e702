import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IDBFactory } from "./factory.ts";
import { openSqliteFile } from "./file.ts";
import { openPair } from "./pair.ts";

const KILLS = Number(process.env.ROOKERY_INDEXEDDB_KILLS ?? 4);
const WRITER = join(import.meta.dirname, "writer.ts");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-kill-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Kills the writer when it has written some; gives the last number of which it said that it is written. */
async function writeUntilKilled(path: string, some: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(writer, "close");
  let said = "";
  let count = 0;
  for await (const chunk of writer.stdout.setEncoding("utf8")) {
    said += chunk;
    count += chunk.split("\n").length - 1;
    if (count >= some) writer.kill("SIGKILL");
  }
  await closed;
  return Number(said.trimEnd().split("\n").at(-1));
}

test(`a writer killed ${KILLS} times in mid-work lost nothing that had completed, and left no half of a transaction`, async () => {
  const path = join(folder, "crypto.db");
  let last = -1;
  for (let kill = 0; kill < KILLS; kill++) {
    last = await writeUntilKilled(path, 20 + kill * 7);
    const file = openSqliteFile(path);
    const factory = new IDBFactory();
    factory.mount("pair", file);
    const { left, right, byValue } = await (await openPair(factory)).numbers();
    await file.close();
    expect(left.length).toBeGreaterThan(last);
    expect(left).toEqual(left.map((_, number) => number));
    expect(right).toEqual(left);
    expect(byValue).toEqual(left);
  }
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
