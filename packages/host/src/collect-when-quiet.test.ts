import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** A process of its own, so that nothing else of the tests takes or gives memory. */
const SCRIPT = `
  import { collectWhenQuiet } from ${JSON.stringify(join(import.meta.dirname, "collect-when-quiet.ts"))};
  const end = process.argv[1] === "collect" ? collectWhenQuiet(100) : () => undefined;
  let kept = Array.from({ length: 40 }, () => Array.from({ length: 500_000 }, (_, n) => n + 0.5));
  const full = process.memoryUsage.rss();
  kept = null;
  const least = [];
  const look = setInterval(() => least.push(process.memoryUsage.rss()), 50);
  setTimeout(() => { clearInterval(look); end(); console.log(JSON.stringify({ full, least: Math.min(...least) })); }, 3_000);`;

async function run(how: string): Promise<{ full: number; least: number }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT, how], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return JSON.parse(line.toString()) as { full: number; least: number };
}

test("a process that is quiet gives back what it took, and keeps it where nobody tells it to collect", async () => {
  const [told, left] = await Promise.all([run("collect"), run("leave")]);
  expect(told.least).toBeLessThan(told.full * 0.6);
  expect(left.least).toBeGreaterThan(left.full * 0.9);
});

/** Works, is collected while that is held, and works again: what it holds then is no more than it held before. */
const AGAIN = `
  import { collectWhenQuiet } from ${JSON.stringify(join(import.meta.dirname, "collect-when-quiet.ts"))};
  import { setTimeout as delay } from "node:timers/promises";
  const take = () => Array.from({ length: 20 }, () => Array.from({ length: 500_000 }, (_, n) => n + 0.5));
  const rss = () => process.memoryUsage.rss();
  async function untilGiven(from) { while (rss() > from - 60e6) await delay(20); }
  collectWhenQuiet(100);
  const empty = rss();
  let more = take(), kept = take();
  more = null;
  await untilGiven(rss());
  kept = null;
  // Work of the least kind: it takes next to nothing more.
  for (const end = Date.now() + 250; Date.now() < end; );
  await untilGiven(rss());
  console.log(JSON.stringify({ over: rss() - empty }));
  process.exit();`;

test("a process that was at work gives back what was still held the last time", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", AGAIN], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  expect((JSON.parse(line.toString()) as { over: number }).over).toBeLessThan(40e6);
});

/** The C library's heap, which only shrinks from its end: what is kept lies between what is free. */
const BETWEEN = `
  import { collectWhenQuiet } from ${JSON.stringify(join(import.meta.dirname, "collect-when-quiet.ts"))};
  import { setTimeout as delay } from "node:timers/promises";
  const rss = () => process.memoryUsage.rss();
  collectWhenQuiet(100);
  const empty = rss();
  let pieces = Array.from({ length: 4_000 }, () => [new ArrayBuffer(60_000), new ArrayBuffer(64)]);
  for (const [large] of pieces) new Uint8Array(large).fill(1);
  const full = rss();
  const kept = pieces.map(([, small]) => small);
  pieces = null;
  const end = Date.now() + 3_000;
  while (rss() - empty > (full - empty) / 4 && Date.now() < end) await delay(20);
  console.log(JSON.stringify({ left: (rss() - empty) / (full - empty), kept: kept.length }));
  process.exit();`;

test("a process that is quiet gives back also what lies between pieces in use", async () => {
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", BETWEEN], {
    env: { ...process.env, MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "69632" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  expect((JSON.parse(line.toString()) as { left: number }).left).toBeLessThan(0.25);
});
