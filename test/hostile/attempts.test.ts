import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { BundleAttempt, PluginAttempt } from "./attempt.ts";
import { type Neighbourhood, openNeighbourhood } from "./neighbourhood.ts";

/** Times what it held before the first of them. */
const MEMORY_LEFT = 1.2;
/** How long the host may take to give its memory back. */
const SETTLE_MS = 60_000;
/** What it answers in between counts, too. */
const HEALTHY_MS = 150;
const WARM_UP = 50;
const namesIn = (folder: string) =>
  readdirSync(join(import.meta.dirname, folder))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length));

async function load<T>(folder: string, name: string): Promise<T> {
  return ((await import(`./${folder}/${name}.ts`)) as { default: T }).default;
}

/** One host for all of them, one after the other: what one attempt breaks, the next ones show. */
describe("beside a bot that is asked ten times a second, nothing comes of", () => {
  let hood: Neighbourhood;
  let before = { host: 0, all: 0 };
  /** Which answers were slow, and while what ran. */
  const slow: string[] = [];
  let answered = 0;

  beforeAll(async () => {
    hood = await openNeighbourhood();
    while (hood.answers.length < WARM_UP) await hood.answersAgain();
    before = hood.memory();
    hood.answers.length = 0;
  });
  afterAll(async () => await hood?.close());

  afterEach(({ task }) => {
    const worst = Math.round(Math.max(0, ...hood.answers.slice(answered)));
    if (worst > HEALTHY_MS) slow.push(`${worst} ms: ${task.name}`);
    answered = hood.answers.length;
  });

  /** Whatever it was: nothing was taken, written, contacted or left, and the others are well. */
  async function expectNoHarm(): Promise<void> {
    const { rookery, outside } = hood;
    expect(outside.treasuresIn(await hood.everythingSaid())).toEqual([]);
    expect(outside.vaultRequests).toEqual([]);
    expect(await outside.written()).toEqual([]);
    expect(hood.processes().filter((command) => command.includes(outside.programMark))).toEqual([]);
    expect((await fetch(`${rookery.url}/readyz`)).status).toBe(200);
    expect((await rookery.instance("hello")).status).toBe("running");
    await hood.answersAgain();
  }

  it.each(namesIn("plugins"))("%s", async (name) => {
    const attempt = await load<PluginAttempt>("plugins", name);
    await hood.run(name, attempt, async (seen) => {
      const told = JSON.stringify([seen.logs, seen.failed]);
      expect(hood.outside.treasuresIn(told)).toEqual([]);
      const { status, statusReason } = seen.instance;
      const ending = attempt.isEnded ?? attempt.doesNotStart;
      if (ending) expect(statusReason).toMatch(ending);
      else if (!attempt.mayBeEnded) expect([status, statusReason]).toEqual(["running", null]);
      await attempt.expect?.(seen);
    });
    await expectNoHarm();
  });

  it.each(namesIn("bundles"))("%s", async (name) => {
    const { bytes, refusal } = await load<BundleAttempt>("bundles", name);
    const answer = await hood.rookery.request("POST", "/plugins", bytes());
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect([answer.status, code]).toEqual([refusal.status, refusal.code]);
    if (refusal.detail) expect(detail).toMatch(refusal.detail);
    expect((await hood.rookery.api<unknown[]>("GET", "/plugins")).length).toBe(1);
    await expectNoHarm();
  });

  it("all of them: the other bot's answers took 150 ms at most, but for one in a hundred", async () => {
    await hood.endQuestions();
    const sorted = [...hood.answers].sort((a, b) => a - b);
    const quantile = (q: number) => Math.round(sorted[Math.floor(sorted.length * q)] ?? 0);
    const [p50, p95, p99] = [quantile(0.5), quantile(0.95), quantile(0.99)];
    console.log(`${sorted.length} answers beside hostile plugins: p50 ${p50}, p95 ${p95}, p99 ${p99} ms`);
    if (slow.length > 0) console.log(`The slowest answer while there was\n  ${slow.join("\n  ")}`);
    expect(p99).toBeLessThan(HEALTHY_MS);
  });

  it("all of them: the host holds no more memory than at its start, but for a fifth at most", async () => {
    const deadline = Date.now() + SETTLE_MS;
    let after = hood.memory();
    while (after.host > before.host * MEMORY_LEFT && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      after = hood.memory();
    }
    const show = ({ host, all }: typeof after) => `${host.toFixed()} MB (${all.toFixed()} with its workers)`;
    console.log(`memory of the host: ${show(before)} before, ${show(after)} after`);
    expect(after.host).toBeLessThan(before.host * MEMORY_LEFT);
  });
});

describe("the look from outside", () => {
  it("sees a plugin that says what it was told in confidence", async () => {
    const hood = await openNeighbourhood();
    try {
      await hood.run("confesses", { check: "return bot.config.secret;" }, async () => undefined);
      expect(hood.outside.treasuresIn(await hood.everythingSaid())).toEqual(["the sibling's config"]);
    } finally {
      await hood.close();
    }
  });
});
