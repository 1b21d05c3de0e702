import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Backup, FailedDelivery } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleOf } from "../hostile/plugins.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";

/** `ROOKERY_TEST_BACKUP_MB=1000` is the long form: 500,000 rows. */
const MEGABYTES = Number(process.env.ROOKERY_TEST_BACKUP_MB ?? 100);
const ROW_BYTES = 2_000;
/** One statement's: it has two seconds, and the disk may be busy. */
const ROWS_AT_ONCE = 2_000;
/** What one asks a bot while it is measured. */
const PER_SECOND = 20;
/** In turns, so that what else the machine does slows down either. */
const TURNS = 3;
/** As long without as with, roughly: a backup of the long form takes so long by itself. */
const TURN_SECONDS = Math.max(2.5, MEGABYTES / 100);
/**
 * What an answer may take meanwhile, of what it takes else, at p95; and a few milliseconds, which are half of an answer
 * of this homeserver, that takes no time of its own.
 */
const SLOWER = 1.5;
const MORE_MS = 3;

const HOARD = `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  migrations: ["CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"],
  setup(bot) {
    const args = { chunks: Type.Integer() };
    bot.command("hoard", { description: "Write rows", args }, async (ctx) => {
      for (let chunk = 0; chunk < ctx.args.chunks; chunk++) {
        bot.database.run(
          \`INSERT INTO row (bytes) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS_AT_ONCE})
           SELECT randomblob(${ROW_BYTES}) FROM n\`,
        );
        // The worker answers pings only in between.
        await new Promise((go) => setTimeout(go));
      }
      await ctx.reply("written");
    });
  },
});`;

const PING = `
import { definePlugin } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("ping", "Say pong", (ctx) => ctx.reply("pong"));
  },
});`;

describe("while a backup is made", () => {
  let folder: string;
  let homeserver: DevHomeserver;
  let rookery: Rookery;
  let ada: Person;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-load-"));
    homeserver = await startDevHomeserver({ dataDir: folder });
    const databaseMb = String(2 * MEGABYTES);
    rookery = await startRookery({ env: { ROOKERY_LIMITS_DATABASE_MB: databaseMb } });
    ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
  });

  afterAll(async () => {
    await rookery?.dispose();
    await homeserver?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function add(id: string, source: string): Promise<string> {
    const { userId, accessToken } = await register(homeserver.url, `bot-${id}`);
    const account = await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
    const { id: pluginId } = await rookery.addPlugin(await bundleOf(id, source));
    await rookery.addInstance({ id, pluginId, accountId: account.id });
    const roomId = await ada.createRoom([userId]);
    await ada.joined(roomId, userId);
    return roomId;
  }

  async function ask(roomId: string, text: string): Promise<void> {
    const id = await ada.say(roomId, text);
    await ada.until(roomId, (events) =>
      events.some(({ content }) => content["m.relates_to"]?.["m.in_reply_to"]?.event_id === id),
    );
  }

  /** Never resolves; rejects as soon as a handler of the instance has failed. */
  async function failureOf(id: string): Promise<never> {
    for (;;) {
      const failed = await rookery.api<FailedDelivery[]>("GET", `/instances/${id}/failed-deliveries`);
      if (failed[0]) throw new Error(`${id} failed: ${failed[0].error.message}`);
      await delay(500);
    }
  }

  /** Asks at a steady pace, whatever the answers take, until it is over. @returns what each took, in ms */
  async function askUntil(roomId: string, isOver: () => boolean): Promise<number[]> {
    const times: number[] = [];
    const asking: Promise<void>[] = [];
    const start = performance.now();
    while (!isOver()) {
      const from = performance.now();
      asking.push(ask(roomId, "!ping").then(() => void times.push(performance.now() - from)));
      const next = start + (asking.length * 1000) / PER_SECOND;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    await Promise.all(asking);
    return times;
  }

  it(`of ${MEGABYTES} MB of an instance's data, bots go on answering within milliseconds, and the file has all of it`, async () => {
    const [hoard, ping] = [await add("hoard", HOARD), await add("ping", PING)];
    const rows = (MEGABYTES * 1_000_000) / ROW_BYTES;
    await Promise.race([ask(hoard, `!hoard ${rows / ROWS_AT_ONCE}`), failureOf("hoard")]);
    for (let n = 0; n < 50; n++) await ask(ping, "!ping");

    const [quiet, during]: [number[], number[]] = [[], []];
    const taken: number[] = [];
    let backup: Backup | undefined;
    for (let turn = 0; turn < TURNS; turn++) {
      const end = performance.now() + TURN_SECONDS * 1000;
      quiet.push(...(await askUntil(ping, () => performance.now() > end)));

      const begun = performance.now();
      let isOver = false;
      const making = (async () => {
        // One may be over before enough was asked.
        do {
          const from = performance.now();
          backup = await rookery.api<Backup>("POST", "/backups", {});
          taken.push((performance.now() - from) / 1000);
        } while (performance.now() - begun < TURN_SECONDS * 1000);
      })().finally(() => {
        isOver = true;
      });
      during.push(...(await askUntil(ping, () => isOver)));
      await making;
    }
    const seconds = taken.reduce((all, each) => all + each, 0) / taken.length;

    const { size } = await stat(join(rookery.dataDir, "backups", backup?.name ?? ""));
    console.log(
      `${rows} rows, ${MEGABYTES} MB: a backup of ${(size / 1_000_000).toFixed(0)} MB takes ${seconds.toFixed(1)} s; ` +
        `answers ${told(quiet)} without, ${told(during)} meanwhile (p95 ${(p95(during) / p95(quiet)).toFixed(2)} times that)`,
    );
    expect(size).toBeGreaterThan(MEGABYTES * 1_000_000);
    expect(p95(during)).toBeLessThan(p95(quiet) * SLOWER + MORE_MS);
  }, 900_000);
});

const share = (all: number[], part: number) =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * part)] ?? Number.POSITIVE_INFINITY;
const p95 = (all: number[]) => share(all, 0.95);
const told = (all: number[]) =>
  `p50 ${share(all, 0.5).toFixed(1)} ms, p95 ${p95(all).toFixed(1)} ms (of ${all.length})`;
