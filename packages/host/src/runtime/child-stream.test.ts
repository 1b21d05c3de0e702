import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findAssets } from "../assets.ts";
import { pictureNamed } from "../testing/pictures.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";

const module = (name: string) => JSON.stringify(join(import.meta.dirname, name));

/** What a host says that has one file descriptor left, too few for a child's pipes. */
async function withoutDescriptors(script: string): Promise<unknown> {
  const host = `
    import { openSync, closeSync } from "node:fs";
    import { startPictureProcess } from ${module("picture-process.ts")};
    import { startWorkerProcess } from ${module("worker-process.ts")};
    import { startDatabaseProcess } from ${module("database-process.ts")};
    import { runProcess } from ${module("program-process.ts")};
    const assets = ${JSON.stringify(findAssets())};
    const opened = [];
    try { while (true) opened.push(openSync("/dev/null")); } catch {}
    closeSync(opened.pop());
    ${script}`;
  const args = ["-c", 'ulimit -n 100; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", host];
  const { stdout } = await promisify(execFile)("/bin/sh", args);
  return JSON.parse(stdout);
}

test("a worker that has no file descriptors to start with is told as not started", async () => {
  const told = await withoutDescriptors(`
    startWorkerProcess({
      ...{ file: assets.worker, pluginId: "a", code: "", memoryMb: 64, cpuPercent: 80, messagesPerSecond: 100 },
      ...{ methods: {}, database: async () => new Uint8Array(), onOutput() {}, onSlowed() {} },
      onExit: (reason, end) => console.log(JSON.stringify({ reason, end })),
    });`);
  expect(told).toEqual({ reason: expect.stringContaining("could not be started"), end: "not-started" });
});

test("a program that has none fails, and nothing else", async () => {
  const told = await withoutDescriptors(`
    runProcess({
      ...{ command: ["/bin/true"], cwd: "/", env: {}, timeoutMs: 1_000, maxOutputBytes: 10 },
      ...{ signal: new AbortController().signal, sweep: async () => undefined },
    }).then(console.log, (error) => console.log(JSON.stringify(error.code)));`);
  expect(told).toBe("EMFILE");
});

test("a decoder of pictures, and a process for databases, that have none are told as not started", async () => {
  const path = join(temporaryDirectory(), "square.png");
  const bytes = pictureNamed("square.png");
  writeFileSync(path, bytes);
  const picture = { path, size: bytes.length, type: "image/png", thumbnail: false };
  const told = await withoutDescriptors(`
    const decoder = startPictureProcess(assets.pictures, 3_000);
    const database = startDatabaseProcess({ file: assets.database, directory: "/", megabytes: 1 }, () => undefined);
    for (const fd of opened.splice(0, 5)) closeSync(fd);
    const answers = await Promise.allSettled([
      decoder.preview(${JSON.stringify(picture)}, 1e6),
      database.call({ kind: "version", file: "/a" }, 1_000),
    ]);
    await Promise.all([decoder.end(), database.end()]);
    console.log(JSON.stringify(answers.map(({ reason }) => reason.message)));`);
  expect(told).toEqual([
    "The process that decodes pictures could not be started.",
    "The database's process ended.",
  ]);
});
