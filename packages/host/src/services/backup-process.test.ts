import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { findAssets } from "../assets.ts";
import { eventually } from "../testing/eventually.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type BackupWorker, startBackupProcess } from "./backup-process.ts";

const { backup } = findAssets();
const about = {
  ...{ rookery: "0.1.0", schema: 1, createdAt: "2026-11-26T00:00:00.000Z", keyId: "0123456789abcdef" },
};
/** Beside other tests it has a hundredth of the processor: that is what it is for. */
const LAST_IN_LINE_MS = 100_000;
const started: BackupWorker[] = [];
afterEach(() => Promise.all(started.splice(0).map((worker) => worker.end())));

/** A worker with a registry of a gigabyte of nothing to pack, which takes it seconds. */
function setUp() {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "rookery.db"), "it begins");
  truncateSync(join(folder, "rookery.db"), 1024 ** 3);
  const ending = new AbortController();
  const worker = startBackupProcess(backup, ending.signal);
  started.push(worker);
  const file = join(folder, "backup");
  return { folder, file, worker, ending, write: () => worker.write(file, about, folder, ["rookery.db"]) };
}

/** The processes of this one that make backups. */
function processes(): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isOurs = readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${process.pid}\n`);
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("backup.mjs");
    } catch {
      return false;
    }
  });
}

test("it works when nobody else has work: its threads are of the lowest priority, and so is the group that Linux puts them into", async () => {
  const { file, write, ending } = setUp();
  const writing = write();
  const refused = expect(writing).rejects.toThrow();
  await eventually("bytes in the file", () => existsSync(file) && statSync(file).size > 0, LAST_IN_LINE_MS);
  const [pid = ""] = processes();
  const worked = readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [])
    // The first, and those that have used the processor since the process works.
    .map((fields, at) => ({ niceness: Number(fields[16]), ticks: Number(fields[11]), isFirst: at === 0 }));
  const workers = worked.filter(({ ticks, isFirst }) => isFirst || ticks > 10);
  expect(workers.map(({ niceness }) => niceness)).toEqual(workers.map(() => 19));
  const group = `/proc/${pid}/autogroup`;
  if (existsSync(group)) expect(readFileSync(group, "utf8")).toMatch(/ nice 19\n$/);
  ending.abort();
  await refused;
}, 120_000);

test("its end is the end of the work, and nothing of it goes on", async () => {
  const { file, write, ending, worker } = setUp();
  const writing = write();
  const refused = expect(writing).rejects.toThrow("the process that makes it ended");
  await eventually("bytes in the file", () => existsSync(file) && statSync(file).size > 0, LAST_IN_LINE_MS);
  ending.abort();
  await refused;
  expect(processes()).toEqual([]);
  await expect(worker.copyDatabase("/a", "/b")).rejects.toThrow("the process that makes it ended");
}, 120_000);

test("what fails there says so here, with its code", async () => {
  const { worker, folder } = setUp();
  const absent = worker.write(join(folder, "absent", "backup"), about, folder, ["none.db"]);
  await expect(absent).rejects.toMatchObject({ code: "ENOENT", message: expect.stringContaining("none.db") });
});

test("a bundle that is not there is told", async () => {
  const worker = startBackupProcess(join(temporaryDirectory(), "none.mjs"), new AbortController().signal);
  started.push(worker);
  await expect(worker.copyDatabase("/a", "/b")).rejects.toThrow("the process that makes it ended");
});
